import { mkdtemp, rename, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FilePort } from './file-port.ts'
import { nodeFiles } from './node-files.ts'
import { openSegmentLog, type SegmentLogOptions } from './open-segment-log.ts'
import type { Damage } from './quarantine.ts'
import type { Displacement } from './restore-directory.ts'
import type { SegmentLog } from './segment-log.ts'
import { SpoolFullError, SpoolReadOnlyError, SpoolUnusableError, SpoolWriteError } from './spool-errors.ts'
import { type Fault, type FileOperation, faultyFiles } from './testing/faulty-files.ts'
import { memoryFiles } from './testing/memory-files.ts'
import { readAll, texts } from './testing/read-all.ts'

interface Disk {
  readonly files: FilePort
  readonly directory: string
  /** The folder with all that is in it. */
  removeFolder(): Promise<void>
  removeFile(name: string): Promise<void>
  moveFolder(): Promise<void>
}

const inMemory = async (): Promise<Disk> => {
  const [files, directory] = [memoryFiles(), '/spool/0/segments']
  const all = () => files.paths().filter((path) => dirname(path) === directory)
  return {
    files,
    directory,
    removeFolder: async () => void (await Promise.all(all().map((path) => files.unlink(path)))),
    removeFile: (name) => files.unlink(join(directory, name)),
    moveFolder: async () => void (await Promise.all(all().map((path) => files.rename(path, join('/elsewhere', basename(path)))))),
  }
}
const roots: string[] = []
afterEach(() => Promise.all(roots.splice(0).map((root) => rm(root, { recursive: true, force: true }))))
const onDisk = async (): Promise<Disk> => {
  const root = await mkdtemp(join(tmpdir(), 'segment-log-'))
  roots.push(root)
  const directory = join(root, 'spool', '0', 'segments')
  return {
    files: nodeFiles,
    directory,
    removeFolder: () => rm(join(root, 'spool'), { recursive: true }),
    removeFile: (name) => unlink(join(directory, name)),
    moveFolder: () => rename(join(root, 'spool'), join(root, 'elsewhere')),
  }
}

describe.each([
  ['in memory', inMemory],
  ['itself', onDisk],
] as const)('a segment that is removed while it is written to, on the disk %s', (_what, diskOf) => {
  let disk: Disk
  let displaced: Displacement[]
  let damage: Damage[]
  const open = (options: Partial<SegmentLogOptions> = {}): Promise<SegmentLog> =>
    openSegmentLog({
      directory: disk.directory,
      files: disk.files,
      clock: () => 1,
      tailBytesMax: 0,
      onDisplaced: (each) => displaced.push(each),
      onDamage: (each) => damage.push(each),
      ...options,
    })
  const append = (log: SegmentLog, text: string) => log.append([Buffer.from(text)])
  const segments = async () =>
    (await disk.files.list(disk.directory))
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.segment'))
      .sort()
  beforeEach(async () => {
    disk = await diskOf()
    displaced = []
    damage = []
  })

  const REMOVALS = [
    ['its folder is deleted', () => disk.removeFolder()],
    ['its file is deleted', async () => disk.removeFile((await segments())[0] ?? '')],
    ['its folder is moved away', () => disk.moveFolder()],
  ] as const

  it.each(REMOVALS)('%s: the next group is refused, what was acknowledged is put back and told of, and the log goes on', async (_how, remove) => {
    const log = await open()
    for (const text of ['a', 'b']) await append(log, text)
    const [name = ''] = await segments()
    await remove()
    await expect(append(log, 'refused')).rejects.toThrow(SpoolWriteError)
    expect(await append(log, 'c')).toBe(2n)
    expect(displaced).toEqual([{ segment: name, bytes: 50, lastSeq: 1 }])
    expect(damage).toEqual([])
    expect(texts(await readAll(log))).toEqual(['a', 'b', 'c'])
    expect(await segments()).toHaveLength(2)
    await log.close()
    const again = await open()
    expect(texts(await readAll(again))).toEqual(['a', 'b', 'c'])
    await again.close()
  })

  it.each(REMOVALS)('%s: who only looks finds it, and nothing is refused', async (_how, remove) => {
    const log = await open()
    await append(log, 'a')
    await log.look()
    expect(displaced).toEqual([])
    await remove()
    await log.look()
    expect(displaced).toHaveLength(1)
    await append(log, 'b')
    expect(texts(await readAll(log))).toEqual(['a', 'b'])
    await log.close()
    expect(texts(await readAll(await open()))).toEqual(['a', 'b'])
  })

  it('and is empty is not put back, and its number is given to the next', async () => {
    const log = await open()
    await append(log, 'a')
    await log.close()
    const path = join(disk.directory, (await segments())[0] ?? '')
    const emptied = await disk.files.open(path, 'update')
    await emptied.truncate(0)
    await emptied.close()
    const again = await open()
    await disk.removeFolder()
    await expect(append(again, 'refused')).rejects.toThrow(SpoolWriteError)
    expect(await append(again, 'b')).toBe(0n)
    expect(await segments()).toHaveLength(1)
    await again.close()
  })

  it.each([true, false])('is put back by the end at the latest, noticed before (%s) or not', async (isNoticed) => {
    const log = await open()
    await append(log, 'a')
    await disk.removeFolder()
    if (isNoticed) await expect(append(log, 'refused')).rejects.toThrow(SpoolWriteError)
    await log.close()
    expect(displaced).toHaveLength(1)
    expect(texts(await readAll(await open()))).toEqual(['a'])
  })

  it('with older ones: of those all that is told, each once, with the numbers of its records, and what stands behind them is read', async () => {
    const log = await open({ segmentBytesMax: 1 })
    for (const text of ['a', 'b', 'c']) await append(log, text)
    const [first, second] = await segments()
    await disk.removeFolder()
    await expect(append(log, 'refused')).rejects.toThrow(SpoolWriteError)
    expect(await append(log, 'd')).toBe(3n)
    const missing = { kind: 'missing', from: 0, to: 25, keptAs: null }
    expect(damage).toEqual([
      { ...missing, segment: first, seqBelow: 1 },
      { ...missing, segment: second, seqBelow: 2 },
    ])
    expect(texts(await readAll(log))).toEqual(['c', 'd'])
    expect(log.stats().quarantinedBytes).toBe(50)
    await disk.removeFolder()
    await log.look()
    expect(damage).toHaveLength(3)
    await log.dropBefore(3n, { olderThan: 0, bytesMax: 0 })
    expect(log.bounds().low).toBe(3n)
    await log.close()
  })

  it('and its folder belongs to another process by now: nothing is put back, and the log takes no more', async () => {
    const log = await open()
    await append(log, 'a')
    await disk.removeFolder()
    const other = await open({ findProcess: async (pid) => ({ pid, boot: 'of another', started: 'then' }) })
    await append(other, 'of another')
    await expect(append(log, 'refused')).rejects.toThrow(SpoolWriteError)
    await expect(append(log, 'refused')).rejects.toThrow(SpoolUnusableError)
    await log.close()
    expect((await disk.files.list(disk.directory)).map(({ name }) => name)).toContain('owner.lock')
    await other.close()
    expect(texts(await readAll(await open()))).toEqual(['of another'])
  })

  it('is tried again for as long as there is no space for it', async () => {
    let isFull = false
    const files = faultyFiles(disk.files, (operation) => (isFull && operation === 'write' ? { code: 'ENOSPC' } : undefined))
    const log = await open({ files })
    await append(log, 'a')
    await disk.removeFolder()
    await expect(append(log, 'refused')).rejects.toThrow(SpoolWriteError)
    isFull = true
    for (let attempt = 0; attempt < 5; attempt += 1) await expect(append(log, 'refused')).rejects.toThrow(SpoolFullError)
    await expect(log.look()).rejects.toThrow(SpoolFullError)
    isFull = false
    await append(log, 'b')
    expect(texts(await readAll(log))).toEqual(['a', 'b'])
    await log.close()
  })
})

describe('a folder that is removed before there is a segment', () => {
  it('is made again, and is a segment log’s', async () => {
    const { files, directory, removeFolder } = await onDisk()
    const log = await openSegmentLog({ directory, files })
    await removeFolder()
    await expect(log.append([Buffer.from('refused')])).rejects.toThrow(SpoolWriteError)
    expect(await log.append([Buffer.from('a')])).toBe(0n)
    await log.close()
    const again = await openSegmentLog({ directory, files })
    expect(texts(await readAll(again))).toEqual(['a'])
    await again.close()
  })
})

describe('a disk that becomes read-only', () => {
  const readOnly = (operation: FileOperation, path: string): Fault | undefined =>
    ['write', 'rename', 'unlink', 'truncate', 'fdatasync'].includes(operation) || (operation === 'open' && path.endsWith('.temporary')) ? { code: 'EROFS' } : undefined

  it.each(['write', 'fdatasync'] as const)('has every append refused for as long as it is, beginning with its %s, and none when it is not', async (first) => {
    const files = memoryFiles()
    let fail: typeof readOnly = () => undefined
    const open = () => openSegmentLog({ directory: '/spool', files: faultyFiles(files, (...asked) => fail(...asked)), clock: () => 1, tailBytesMax: 0 })
    const log = await open()
    await log.append([Buffer.from('a')])
    fail = (operation, path) => (first === 'fdatasync' && operation === 'write' && path.includes('segment') ? undefined : readOnly(operation, path))
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(log.append([Buffer.from('refused')])).rejects.toThrow(SpoolReadOnlyError)
      await expect(log.look()).rejects.toThrow(SpoolReadOnlyError)
    }
    fail = () => undefined
    await log.look()
    expect(await log.append([Buffer.from('b')])).toBe(1n)
    await log.close()
    expect(texts(await readAll(await open()))).toEqual(['a', 'b'])
  })
})
