/**
 * A disk in memory that keeps no promise it has not made. Bytes are in the page cache until fdatasync, names until their directory is synced;
 * a power cut takes of the rest what it likes, page by page, a page torn at any byte. A sync that fails drops what it was to write and
 * forgets that it was dirty, as Linux does: the next one says that all is well.
 */
import { basename, dirname } from 'node:path'
import type { Random } from '@rollcall/exotel-simulator/random'
import type { FilePort, OpenFile } from '@rollcall/segment-log/file-port'
import { Inode } from './inode.ts'
import type { Life, VirtualTime } from './virtual-time.ts'

export const DISK_FAULTS = ['sync-fails', 'write-fails', 'short-writes', 'full', 'slow', 'cut-fails', 'entries-fail'] as const
export type DiskFault = (typeof DISK_FAULTS)[number]

export interface SimulatedDisk {
  /** The disk as one process sees it. */
  seenBy(life: Life): FilePort
  /** A killed process is gone: what it had asked of the disk was done, or never will be. */
  settle(life: Life): void
  powerCut(): void
  /** From now on this goes wrong, each time with this chance; null: nothing does. */
  setFault(fault: DiskFault | null, rate: number): void
  /** Changes one bit of what some segment holds, or of a position; true where it was a segment's. */
  flipBit(): boolean
  /** One page of some segment cannot be read any more; true where there was one. */
  spoilPage(): boolean
  /** From now on reads fail, each time with this chance, besides the other faults. */
  setReadFaults(rate: number): void
  /** How often each fault has struck. */
  struck(): ReadonlyMap<DiskFault | 'reads-fail', number>
}

interface Asked {
  readonly life: Life
  readonly act: () => void
}

interface EntryChange {
  readonly directory: string
  readonly apply: (entries: Map<string, Inode>) => void
}

const TYPICAL_MS = 0.4
const SLOW_MS = 2_000

export const createSimulatedDisk = (time: VirtualTime, random: Random): SimulatedDisk => {
  let entries = new Map<string, Inode>()
  let durableEntries = new Map<string, Inode>()
  let changes: EntryChange[] = []
  let fault: DiskFault | null = null
  let faultRate = 0
  let readFaultRate = 0
  const struck = new Map<DiskFault | 'reads-fail', number>()
  /** What is under way, oldest first: few at a time, and a Set would be made anew whenever it becomes empty. */
  const asked: Asked[] = []

  const strikes = (which: DiskFault): boolean => {
    if (fault !== which || !random.chance(faultRate)) return false
    struck.set(which, (struck.get(which) ?? 0) + 1)
    return true
  }
  const change = (path: string, apply: EntryChange['apply']): void => {
    apply(entries)
    changes.push({ directory: dirname(path), apply })
  }

  /** False where it is done, or never will be. */
  const takeAsked = (one: Asked): boolean => {
    const at = asked.indexOf(one)
    if (at >= 0) asked.splice(at, 1)
    return at >= 0
  }

  /** The disk acts some time after it was asked, and the process hears of it if it is still there. */
  const ask = <T>(life: Life, act: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const one: Asked = {
        life,
        act: () => {
          try {
            const result = act()
            time.deliver(life, () => resolve(result))
          } catch (error) {
            time.deliver(life, () => reject(error))
          }
        },
      }
      asked.push(one)
      const waitMs = strikes('slow') ? SLOW_MS * random.unit() : TYPICAL_MS * random.unit()
      time.after(waitMs, null, () => {
        if (takeAsked(one)) one.act()
      })
    })

  const opened = (life: Life, inode: Inode, path: string): OpenFile => ({
    write: (bytes, at) =>
      ask(life, () => {
        if (strikes('write-fails')) {
          // Some of it may have got there all the same.
          if (random.chance(0.5)) inode.write(bytes.subarray(0, Math.floor(random.unit() * bytes.length)), at)
          throw codeError('EIO', `write ${path}`)
        }
        const grows = at + bytes.length > inode.size
        if (grows && strikes('full')) {
          const room = Math.max(0, inode.size - at) + (random.chance(0.5) ? 0 : Math.floor(random.unit() * (at + bytes.length - inode.size)))
          if (room === 0) throw codeError('ENOSPC', `write ${path}`)
          inode.write(bytes.subarray(0, room), at)
          return room
        }
        const written = strikes('short-writes') ? Math.floor(random.unit() * bytes.length) : bytes.length
        inode.write(bytes.subarray(0, written), at)
        return written
      }),
    read: (into, at) =>
      ask(life, () => {
        if (readFaultRate > 0 && random.chance(readFaultRate)) {
          struck.set('reads-fail', (struck.get('reads-fail') ?? 0) + 1)
          throw codeError('EIO', `read ${path}`)
        }
        return inode.read(into, at)
      }),
    size: () => ask(life, () => inode.size),
    // The names of what is open are in memory: no disk is asked.
    isAt: async (at) => entries.get(at) === inode,
    fdatasync: () =>
      ask(life, () => {
        if (strikes('sync-fails')) {
          inode.syncFails(random)
          throw codeError('EIO', `fdatasync ${path}`)
        }
        inode.sync()
      }),
    truncate: (bytes) =>
      ask(life, () => {
        if (strikes('cut-fails')) throw codeError('EIO', `ftruncate ${path}`)
        inode.truncate(bytes)
      }),
    close: () => ask(life, () => undefined),
  })

  return {
    seenBy: (life) => ({
      open: (path, mode) =>
        ask(life, () => {
          const existing = entries.get(path)
          if (mode === 'create' && existing !== undefined) throw codeError('EEXIST', path)
          if (mode !== 'create' && existing === undefined) throw codeError('ENOENT', path)
          if (existing !== undefined) return opened(life, existing, path)
          if (strikes('entries-fail')) throw codeError('EIO', `open ${path}`)
          const created = new Inode()
          change(path, (to) => to.set(path, created))
          return opened(life, created, path)
        }),
      rename: (from, to) =>
        ask(life, () => {
          const inode = entries.get(from)
          if (inode === undefined) throw codeError('ENOENT', from)
          if (strikes('entries-fail')) throw codeError('EIO', `rename ${from}`)
          change(to, (among) => {
            among.delete(from)
            among.set(to, inode)
          })
        }),
      unlink: (path) =>
        ask(life, () => {
          if (!entries.has(path)) throw codeError('ENOENT', path)
          if (strikes('entries-fail')) throw codeError('EIO', `unlink ${path}`)
          change(path, (from) => from.delete(path))
        }),
      list: (directory) => ask(life, () => [...entries].filter(([path]) => dirname(path) === directory).map(([path, { size }]) => ({ name: basename(path), bytes: size }))),
      makeDirectory: () => ask(life, () => undefined),
      syncDirectory: (path) =>
        ask(life, () => {
          if (strikes('entries-fail')) throw codeError('EIO', `fsync ${path}`)
          const inside = (each: string) => dirname(each) === path
          for (const each of [...durableEntries.keys()].filter(inside)) if (!entries.has(each)) durableEntries.delete(each)
          for (const [each, inode] of entries) if (inside(each)) durableEntries.set(each, inode)
          changes = changes.filter(({ directory }) => directory !== path)
        }),
    }),
    settle: (life) => {
      for (const one of asked.filter((each) => each.life === life)) if (takeAsked(one) && random.chance(0.5)) one.act()
    },
    powerCut: () => {
      for (const { apply } of changes) if (random.chance(0.5)) apply(durableEntries)
      changes = []
      for (const inode of new Set(durableEntries.values())) inode.powerCut(random)
      entries = new Map(durableEntries)
      durableEntries = new Map(entries)
    },
    setFault: (next, rate) => {
      fault = next
      faultRate = rate
    },
    flipBit: () => {
      const isSegment = random.chance(0.7)
      const files = [...entries].filter(([path, inode]) => path.endsWith(isSegment ? '.segment' : '/forwarded') && inode.writtenEnd() > 0)
      const [, inode] = files[Math.floor(random.unit() * files.length)] ?? []
      inode?.flip(random)
      return isSegment && inode !== undefined
    },
    spoilPage: () => {
      const segments = [...entries].filter(([path, inode]) => path.endsWith('.segment') && inode.writtenEnd() > 0)
      const [, inode] = segments[Math.floor(random.unit() * segments.length)] ?? []
      inode?.goesBad(random)
      return inode !== undefined
    },
    setReadFaults: (rate) => {
      readFaultRate = rate
    },
    struck: () => struck,
  }
}

const codeError = (code: string, what: string): NodeJS.ErrnoException => Object.assign(new Error(`${code}: ${what}`), { code })
