import { basename, dirname } from 'node:path'
import type { FilePort, OpenFile } from '../file-port.ts'

interface Content {
  bytes: Buffer
  /** What the last sync made durable. */
  synced: Buffer
}

export interface MemoryFiles extends FilePort {
  /**
   * The disk as the next boot finds it after a power cut now. Whatever was synced is there; of everything since, a file's
   * pages and a directory's entries each made it or did not, as `chance` (0 to 1) decides.
   */
  powerCut(chance: () => number): MemoryFiles
  readFile(path: string): Buffer
  writeFile(path: string, bytes: Buffer): void
  paths(): readonly string[]
}

/** A chance for `powerCut` by which only what was synced survives. */
export const nothingUnsynced = (): number => 0.9

const PAGE_BYTES = 512
const LOCK_FILE = 'owner.lock'

/** A disk in memory that forgets like a real one: bytes until fdatasync, names until the directory is synced. */
export const memoryFiles = (entries = new Map<string, Content>()): MemoryFiles => {
  const syncedEntries = new Map(entries)

  return {
    open: async (path, mode) => {
      const existing = entries.get(path)
      if (mode === 'create' && existing !== undefined) throw codeError('EEXIST', path)
      if (mode !== 'create' && existing === undefined) throw codeError('ENOENT', path)
      const content = existing ?? { bytes: Buffer.alloc(0), synced: Buffer.alloc(0) }
      entries.set(path, content)
      return openContent(content, (at) => entries.get(at) === content)
    },
    rename: async (from, to) => {
      const content = entries.get(from)
      if (content === undefined) throw codeError('ENOENT', from)
      entries.delete(from)
      entries.set(to, content)
    },
    unlink: async (path) => {
      if (!entries.delete(path)) throw codeError('ENOENT', path)
    },
    list: async (directory) => [...entries].filter(([path]) => dirname(path) === directory).map(([path, { bytes }]) => ({ name: basename(path), bytes: bytes.length })),
    makeDirectory: async () => undefined,
    syncDirectory: async (directory) => {
      const inside = (path: string) => dirname(path) === directory
      for (const path of [...syncedEntries.keys()].filter(inside)) if (!entries.has(path)) syncedEntries.delete(path)
      for (const [path, content] of entries) if (inside(path)) syncedEntries.set(path, content)
    },
    powerCut: (chance) => {
      const survivors = new Map<string, Content>()
      for (const path of new Set([...syncedEntries.keys(), ...entries.keys()])) {
        const [before, now] = [syncedEntries.get(path), entries.get(path)]
        const content = before === now || chance() < 0.5 ? now : before
        // A new boot: the owner is dead, and the tests' own process must not be taken for it.
        if (content !== undefined && basename(path) !== LOCK_FILE) survivors.set(path, afterPowerCut(content, chance))
      }
      return memoryFiles(survivors)
    },
    readFile: (path) => entries.get(path)?.bytes ?? Buffer.alloc(0),
    writeFile: (path, bytes) => {
      const content = entries.get(path)
      // Open descriptors see it, as they would on a disk.
      if (content === undefined) entries.set(path, { bytes, synced: bytes })
      else Object.assign(content, { bytes, synced: bytes })
    },
    paths: () => [...entries.keys()],
  }
}

const openContent = (content: Content, isAt: (path: string) => boolean): OpenFile => ({
  write: async (bytes, at) => {
    if (at + bytes.length > content.bytes.length) content.bytes = Buffer.concat([content.bytes], at + bytes.length)
    content.bytes.set(bytes, at)
    return bytes.length
  },
  read: async (into, at) => content.bytes.copy(into, 0, at, at + into.length),
  size: async () => content.bytes.length,
  isAt: async (path) => isAt(path),
  fdatasync: async () => {
    content.synced = Buffer.from(content.bytes)
  },
  truncate: async (bytes) => {
    content.bytes = Buffer.concat([content.bytes.subarray(0, bytes)], bytes)
  },
  close: async () => undefined,
})

const afterPowerCut = ({ bytes, synced }: Content, chance: () => number): Content => {
  const longer = Math.max(bytes.length, synced.length)
  const length = bytes.length === synced.length || chance() < 0.5 ? bytes.length : synced.length
  const [now, before] = [Buffer.concat([bytes], longer), Buffer.concat([synced], longer)]
  const survived = Buffer.from(before)
  for (let at = 0; at < longer; at += PAGE_BYTES) if (chance() < 0.5) now.copy(survived, at, at, at + PAGE_BYTES)
  const content = survived.subarray(0, length)
  return { bytes: Buffer.from(content), synced: Buffer.from(content) }
}

const codeError = (code: string, path: string): NodeJS.ErrnoException => Object.assign(new Error(`${code}: ${path}`), { code })
