import { execFile } from 'node:child_process'
import { mkdir, open, readdir, readFile, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const DISK_SIZE = '96m'
const SEGMENT_SUFFIX = '.segment'
const BALLAST_BYTES = 1024 * 1024

/** The disk of one ingest host's spool, which can be full. */
export interface SpoolDisk {
  /** The host's data, its spool among them. */
  readonly directory: string
  /** Leaves no byte free until `empty`. */
  fill(): Promise<void>
  empty(): Promise<void>
  /** Leaves behind the newest record the bytes of one that was never written to its end. Only while nobody has the spool open. @throws Error where there is no record */
  tear(torn: Buffer): Promise<void>
}

/** Whether a small disk of its own can be had here: that takes root. */
export const canMount = async (directory: string): Promise<boolean> => {
  await mkdir(directory, { recursive: true })
  return run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE}`, 'tmpfs', directory]).then(
    () => true,
    () => false,
  )
}

export const spoolDisk = (directory: string): SpoolDisk => {
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
    tear: async (torn) => {
      const newest = await newestSegment(directory)
      if (newest === null) throw new Error('the spool has no segment that could be torn')
      const bytes = await readFile(newest)
      let end = bytes.length
      // What is allocated ahead is zeros.
      while (end > 0 && bytes[end - 1] === 0) end -= 1
      const file = await open(newest, 'r+')
      await file.write(torn, 0, torn.length, end).finally(() => file.close())
    },
  }
}

/** Segments are named by their first number; the one with the greatest name is being written. */
const newestSegment = async (directory: string): Promise<string | null> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const segments = entries.filter((entry) => entry.isFile() && entry.name.endsWith(SEGMENT_SUFFIX))
  const newest = segments.sort((a, b) => (a.name < b.name ? 1 : -1))[0]
  return newest === undefined ? null : join(newest.parentPath, newest.name)
}
