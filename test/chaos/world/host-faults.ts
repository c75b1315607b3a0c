import { execFile } from 'node:child_process'
import { open, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

/** What is wrong with one host as a process on it sees it; what is left out is well. */
export interface HostFaults {
  /** By how much its wall clock is ahead of the true one (negative: behind), and by how many millionths it drifts away from `sinceMs` on. */
  readonly clock?: { readonly aheadMs: number; readonly driftPpm: number; readonly sinceMs: number }
  /** How syncs fail, and how much longer they take. */
  readonly sync?: { readonly error?: 'EIO'; readonly slowMs?: number }
  /** How writes to files fail, and how much longer they take. */
  readonly write?: { readonly error?: 'EIO' | 'ENOSPC'; readonly slowMs?: number }
}

/** The faults of one host. A process that is started with `env` has them, from its start on. */
export interface FaultyHost {
  readonly env: Readonly<Record<string, string>>
  /** Replaces what is named; `undefined` makes it well. */
  set(faults: { readonly [Kind in keyof HostFaults]: HostFaults[Kind] | undefined }): Promise<void>
  heal(): Promise<void>
}

/** As `struct faults` in host-faults.c. */
const BYTES = 40
const NS_PER_MS = 1_000_000n

/** Builds the library that processes are started with; null where there is no compiler. */
export const buildHostFaults = async (directory: string): Promise<string | null> => {
  const library = join(directory, 'host-faults.so')
  const sources = join(PROJECT_ROOT, 'test/chaos/world/host-faults.c')
  return promisify(execFile)('cc', ['-shared', '-fPIC', '-O1', '-o', library, sources, '-ldl']).then(
    () => library,
    () => null,
  )
}

/** `library`: from buildHostFaults; null gives a host that stays well. `file` is made. */
export const faultyHost = async (library: string | null, file: string): Promise<FaultyHost> => {
  await writeFile(file, Buffer.alloc(BYTES))
  let faults: HostFaults = {}
  const write = async (): Promise<void> => {
    // In place: a file that is shorter for a moment would kill who has it mapped.
    const opened = await open(file, 'r+')
    await opened.write(encodeHostFaults(faults), 0, BYTES, 0).finally(() => opened.close())
  }
  return {
    env: library === null ? {} : { LD_PRELOAD: library, ROLLCALL_HOST_FAULTS: file },
    set: (changed) => {
      faults = { ...faults, ...changed } as HostFaults
      return write()
    },
    heal: () => {
      faults = {}
      return write()
    },
  }
}

/** What the library reads. */
export const encodeHostFaults = ({ clock, sync, write }: HostFaults): Buffer => {
  const bytes = Buffer.alloc(BYTES)
  bytes.writeBigInt64LE(BigInt(clock?.aheadMs ?? 0) * NS_PER_MS, 0)
  bytes.writeBigInt64LE(BigInt(clock?.driftPpm ?? 0), 8)
  bytes.writeBigInt64LE(BigInt(clock?.sinceMs ?? 0) * NS_PER_MS, 16)
  bytes.writeInt32LE(errorNumber(sync?.error), 24)
  bytes.writeInt32LE(sync?.slowMs ?? 0, 28)
  bytes.writeInt32LE(errorNumber(write?.error), 32)
  bytes.writeInt32LE(write?.slowMs ?? 0, 36)
  return bytes
}

const errorNumber = (error: 'EIO' | 'ENOSPC' | undefined): number => (error === undefined ? 0 : constants.errno[error])
