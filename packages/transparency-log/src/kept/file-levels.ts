/**
 * Levels on disk: one file for each, 32 bytes a hash, nothing else. They are a copy of what the log holds, so a damaged one is not mended:
 * it is thrown away and read from the log again. What is appended waits in memory until `sync`; what is read may be either.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { HASH_BYTES } from '../tree/hash.ts'
import type { Levels } from '../tree/levels.ts'

interface LevelFile {
  readonly file: number
  /** Hashes in the file. */
  written: number
  readonly pending: Buffer[]
}

export interface FileLevels extends Levels {
  /** Writes what waits, and returns once it is on the disk. */
  sync(): void
  close(): void
}

/**
 * For whoever appends: keeps the first `size` leaves and what belongs to them, and cuts off the rest, of which nobody can say that it was
 * written whole. The directory exists. @throws KeptHashesError where fewer are there
 */
export const openFileLevels = (directory: string, size: number): FileLevels => open(directory, size, 'a+')

/** For whoever only reads, beside the one who appends: the first `size` leaves, which were synced before they were signed for. @throws KeptHashesError */
export const readFileLevels = (directory: string, size: number): FileLevels => open(directory, size, 'r')

/** Are there any? */
export const hasFileLevels = (directory: string): boolean => readdirSync(directory).some((name) => LEVEL_FILE.test(name) && statSync(join(directory, name)).size > 0)

export class KeptHashesError extends Error {
  override readonly name = 'KeptHashesError'
  constructor(directory: string, why: string) {
    super(`${directory}: ${why}. Delete the files level-* in it, and they are made again from the log`)
  }
}

const LEVEL_FILE = /^level-\d\d$/

const open = (directory: string, size: number, mode: 'a+' | 'r'): FileLevels => {
  const levels: LevelFile[] = []
  const levelFile = (level: number, written: number): LevelFile => {
    const file = openSync(join(directory, `level-${level.toString().padStart(2, '0')}`), mode)
    const opened = { file, written, pending: [] }
    levels.push(opened)
    return opened
  }
  const close = (): void => {
    for (const { file } of levels) closeSync(file)
    levels.length = 0
  }
  try {
    for (let level = 0, expected = size; expected > 0; level += 1, expected = Math.floor(expected / 2)) {
      const { file } = levelFile(level, expected)
      const held = Math.floor(fstatSync(file).size / HASH_BYTES)
      if (held < expected) throw new KeptHashesError(directory, `level ${level} has ${held} hashes and should have ${expected}`)
    }
    if (mode !== 'r') cutOff(directory, levels)
  } catch (error) {
    close()
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new KeptHashesError(directory, 'a file of it is missing')
    throw error
  }
  return {
    length: (level) => {
      const kept = levels[level]
      return kept === undefined ? 0 : kept.written + kept.pending.length
    },
    read: (level, index) => {
      const kept = levels[level]
      const pending = kept?.pending[index - kept.written]
      if (pending !== undefined) return pending
      if (kept === undefined || index < 0 || index >= kept.written) throw new RangeError(`level ${level} has no hash ${index}`)
      const bytes = Buffer.alloc(HASH_BYTES)
      if (readSync(kept.file, bytes, 0, HASH_BYTES, index * HASH_BYTES) < HASH_BYTES) throw new KeptHashesError(directory, `level ${level} was cut short`)
      return bytes
    },
    append: (level, hash) => {
      const kept = levels[level] ?? levelFile(level, 0)
      kept.pending.push(Buffer.from(hash))
    },
    sync: () => {
      for (const kept of levels) {
        if (kept.pending.length === 0) continue
        const bytes = Buffer.concat(kept.pending)
        if (writeSync(kept.file, bytes) < bytes.length) throw new KeptHashesError(directory, 'the disk is full')
        fsyncSync(kept.file)
        kept.written += kept.pending.length
        kept.pending.length = 0
      }
    },
    close,
  }
}

/** To what belongs to the leaves that are kept; files of levels that they do not have are emptied. */
const cutOff = (directory: string, levels: readonly LevelFile[]): void => {
  for (const { file, written } of levels) ftruncateSync(file, written * HASH_BYTES)
  const beyond = readdirSync(directory).filter((name) => LEVEL_FILE.test(name) && Number(name.slice('level-'.length)) >= levels.length)
  for (const name of beyond) {
    const file = openSync(join(directory, name), 'r+')
    ftruncateSync(file, 0)
    closeSync(file)
  }
}
