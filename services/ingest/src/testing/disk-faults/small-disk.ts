import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const PRELOAD = new URL('../../../dist/testing/disk-faults/disk-faults-preload.js', import.meta.url).href
const BALLAST = 'lost+found'

export interface SmallDisk {
  /** How it is made: a file system of its own, or one that is told to have no more. */
  readonly how: 'tmpfs' | 'preload'
  readonly directory: string
  /** For the process that writes to it. */
  readonly env: Readonly<Record<string, string>>
  /** Has something else take so many bytes of it; less gives some back. */
  takeUp(bytes: number): Promise<void>
  remove(): Promise<void>
}

/** A disk of so many bytes, mounted where we may, so that it can be filled. */
export const createSmallDisk = async (directory: string, bytes: number): Promise<SmallDisk> => {
  await mkdir(directory, { recursive: true })
  const how = mounted(directory, bytes) ? 'tmpfs' : 'preload'
  await mkdir(join(directory, BALLAST))
  return {
    how,
    directory,
    env: how === 'tmpfs' ? {} : { DISK_FAULTS_IN: directory, DISK_FAULTS_BYTES: String(bytes), NODE_OPTIONS: `--import ${PRELOAD}` },
    takeUp: (taken) => writeFile(join(directory, BALLAST, 'ballast'), Buffer.alloc(taken, 1)),
    remove: async () => {
      // Lazily: a process that has it open may be about to end.
      if (how === 'tmpfs') execFileSync('umount', ['-l', directory])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const mounted = (directory: string, bytes: number): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
