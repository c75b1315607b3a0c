import { execFile } from 'node:child_process'
import { mkdir, open, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

const run = promisify(execFile)
const DISK_SIZE = '96m'
const BALLAST_BYTES = 1024 * 1024

/** The disk of one ingest host's spool, which can be full, failing or slow. */
export interface SpoolDisk {
  /** The host's data, its spool among them. */
  readonly directory: string
  /** Leaves no byte free until `empty`. */
  fill(): Promise<void>
  empty(): Promise<void>
  /** What every sync of the host's process does: `eio`, `slow <ms>`, or nothing wrong. */
  syncs(how: string): Promise<void>
}

/** Builds the library that a host is started with, so that its syncs can fail; null where there is no compiler. */
export const buildSyncFaults = async (directory: string): Promise<string | null> => {
  const library = join(directory, 'sync-faults.so')
  return run('cc', ['-shared', '-fPIC', '-o', library, join(PROJECT_ROOT, 'test/chaos/world/sync-faults.c'), '-ldl']).then(
    () => library,
    () => null,
  )
}

/** Whether a small disk of its own can be had here: that takes root. */
export const canMount = async (directory: string): Promise<boolean> => {
  await mkdir(directory, { recursive: true })
  return run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE}`, 'tmpfs', directory]).then(
    () => true,
    () => false,
  )
}

/** `faultsFile`: what the host's library reads. */
export const spoolDisk = (directory: string, faultsFile: string): SpoolDisk => {
  const ballast = join(directory, 'ballast')
  return {
    directory,
    fill: async () => {
      const file = await open(ballast, 'w')
      try {
        for (let size = BALLAST_BYTES; size >= 512; ) {
          const written = await file.write(Buffer.alloc(size)).catch(() => ({ bytesWritten: 0 }))
          if (written.bytesWritten < size) size /= 2
        }
        const { bavail } = await statfs(directory)
        if (bavail > 0) throw new Error(`${directory} could not be filled: ${bavail} blocks are free`)
      } finally {
        await file.close()
      }
    },
    empty: () => rm(ballast, { force: true }),
    syncs: (how) => writeFile(faultsFile, how),
  }
}
