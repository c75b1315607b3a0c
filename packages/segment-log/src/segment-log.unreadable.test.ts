import { describe, expect, it } from 'vitest'
import { openCursor } from './cursor.ts'
import type { FilePort, OpenFile } from './file-port.ts'
import { FRAME_HEADER_BYTES } from './frame.ts'
import { openSegmentLog, type SegmentLogOptions } from './open-segment-log.ts'
import type { Damage } from './quarantine.ts'
import { readDirectory } from './read-directory.ts'
import { READ_ATTEMPTS_MAX, READ_PATIENCE_MS } from './read-segments.ts'
import type { SegmentLog } from './segment-log.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import { memoryFiles } from './testing/memory-files.ts'
import { readAll, texts } from './testing/read-all.ts'

const DIRECTORY = '/spool'
const BLOCK_BYTES = 4096
/** A record fills a block but for little, so that most blocks have parts of two. */
const RECORD_BYTES = 4_000
const FRAME_BYTES = FRAME_HEADER_BYTES + RECORD_BYTES
const RECORDS = 6

/** A disk of which some blocks cannot be read: by path, the numbers of those. */
const withBadBlocks = (files: FilePort, bad: ReadonlyMap<string, ReadonlySet<number>>): FilePort => {
  const wrap = (file: OpenFile, path: string): OpenFile => ({
    ...file,
    read: async (into, at) => {
      const last = Math.min(at + into.length, await file.size()) - 1
      for (let block = Math.floor(at / BLOCK_BYTES); block <= Math.floor(last / BLOCK_BYTES); block += 1)
        if (bad.get(path)?.has(block)) throw Object.assign(new Error(`EIO: read ${path}`), { code: 'EIO' })
      return file.read(into, at)
    },
  })
  return { ...files, open: async (path, mode) => wrap(await files.open(path, mode), path) }
}

const recordOf = (nth: number): Buffer => Buffer.from(String(nth).padEnd(RECORD_BYTES, 'x'))
const numbers = (texts: readonly string[]): number[] => texts.map((text) => Number.parseInt(text, 10))
/** Records that lie, in part, in a block. */
const recordsIn = (block: number): number[] =>
  Array.from({ length: RECORDS }, (_, nth) => nth).filter((nth) => nth * FRAME_BYTES < (block + 1) * BLOCK_BYTES && (nth + 1) * FRAME_BYTES > block * BLOCK_BYTES)

/** A closed log whose first segment holds six records, and another that holds one, or none. */
const givenALog = async ({ behind }: { readonly behind: boolean }) => {
  const files = memoryFiles()
  const bad = new Map<string, Set<number>>()
  let now = 0
  const told: Damage[] = []
  const open = (options: Partial<SegmentLogOptions> = {}): Promise<SegmentLog> =>
    openSegmentLog({
      directory: DIRECTORY,
      files: withBadBlocks(files, bad),
      clock: () => 1,
      monotonicMs: () => now,
      tailBytesMax: 0,
      onDamage: (damage) => told.push(damage),
      ...options,
    })
  const log = await open({ segmentBytesMax: RECORDS * FRAME_BYTES })
  for (let nth = 0; nth < RECORDS + (behind ? 1 : 0); nth += 1) await log.append([recordOf(nth)])
  await log.close()
  const [path = ''] = files
    .paths()
    .filter((each) => each.endsWith('.segment'))
    .sort()
  return {
    files,
    path,
    told,
    open,
    disk: withBadBlocks(files, bad),
    spoil: (...blocks: number[]) => bad.set(path, new Set(blocks)),
    heal: () => bad.clear(),
    later: (ms: number) => {
      now += ms
    },
  }
}
type Given = Awaited<ReturnType<typeof givenALog>>

/** Reads until it is given something, as the forwarder does; how often it was not. */
const readPatiently = async (log: SegmentLog, { later }: Given): Promise<{ readonly records: number[]; readonly failures: number }> => {
  for (let failures = 0; failures < 100; failures += 1) {
    const read = await readAll(log).catch(() => null)
    if (read !== null) return { records: numbers(texts(read)), failures }
    later(READ_PATIENCE_MS / (READ_ATTEMPTS_MAX + 3))
  }
  throw new Error('never read')
}

describe('a segment of which the disk does not give a block', () => {
  it.each([0, 1, 2, 3, 4, 5])('block %i, older: after a while what can be read is, the rest is set aside and told of, and what stands behind is read', async (block) => {
    const given = await givenALog({ behind: true })
    given.spoil(block)
    const log = await given.open()
    const { records, failures } = await readPatiently(log, given)
    expect(failures).toBeGreaterThanOrEqual(READ_ATTEMPTS_MAX - 1)
    const lost = recordsIn(block)
    expect(records).toEqual([0, 1, 2, 3, 4, 5, 6].filter((nth) => !lost.includes(nth)))
    const [from, to] = [(lost[0] ?? 0) * FRAME_BYTES, ((lost.at(-1) ?? 0) + 1) * FRAME_BYTES]
    const name = given.path.split('/').at(-1)
    expect(given.told).toEqual([{ segment: name, kind: 'unreadable', from, to, keptAs: `${name}.${from}-${to}.quarantine` }])
    expect(log.stats().quarantinedBytes).toBe(to - from)
    const kept = given.files.readFile(`${DIRECTORY}/${name}.${from}-${to}.quarantine`)
    const whole = Buffer.from(given.files.readFile(given.path)).fill(0, block * BLOCK_BYTES, Math.min((block + 1) * BLOCK_BYTES, RECORDS * FRAME_BYTES))
    expect(kept).toEqual(whole.subarray(from, to))
    await log.close()
  })

  it.each([0, 3, 5])('block %i, the newest: the log is opened, takes records under numbers never used, and the rest is set aside and told of', async (block) => {
    const given = await givenALog({ behind: false })
    given.spoil(block)
    const log = await given.open()
    const seq = await log.append([recordOf(9)])
    expect(seq).toBeGreaterThanOrEqual(BigInt(RECORDS))
    const lost = recordsIn(block)
    expect((await readPatiently(log, given)).records).toEqual([0, 1, 2, 3, 4, 5, 9].filter((nth) => !lost.includes(nth)))
    expect(given.told).toEqual([expect.objectContaining({ kind: 'unreadable' })])
    await log.close()
    given.heal()
    const again = await given.open()
    expect(numbers(texts(await readAll(again)))).toEqual([0, 1, 2, 3, 4, 5, 9])
    await again.close()
  })

  it('the newest, as a whole: the log is opened, and its numbers are not given again', async () => {
    const given = await givenALog({ behind: false })
    given.spoil(0, 1, 2, 3, 4, 5)
    const log = await given.open()
    expect(await log.append([recordOf(9)])).toBeGreaterThanOrEqual(BigInt(RECORDS))
    expect((await readPatiently(log, given)).records).toEqual([9])
    expect(log.stats().quarantinedBytes).toBe(RECORDS * FRAME_BYTES)
    await log.close()
  })

  it.each([true, false])('and then does: nothing is lost, and nothing told of (behind it another: %s)', async (behind) => {
    const given = await givenALog({ behind })
    given.spoil(2)
    const log = await given.open()
    for (let attempt = 0; attempt < READ_ATTEMPTS_MAX + 3; attempt += 1) await expect(log.read(0n, { maxBytes: 1 })).rejects.toThrow('EIO')
    given.later(READ_PATIENCE_MS - 1)
    await expect(log.read(0n, { maxBytes: 1 })).rejects.toThrow('EIO')
    given.heal()
    expect(numbers(texts(await readAll(log)))).toEqual(behind ? [0, 1, 2, 3, 4, 5, 6] : [0, 1, 2, 3, 4, 5])
    given.spoil(2)
    given.later(READ_PATIENCE_MS)
    await expect(log.read(2n, { maxBytes: 1 })).rejects.toThrow('EIO')
    expect(given.told).toEqual([])
    await log.close()
  })

  it('once long ago and once now is asked again', async () => {
    const given = await givenALog({ behind: true })
    given.spoil(2)
    const log = await given.open()
    await expect(log.read(0n, { maxBytes: 1 })).rejects.toThrow('EIO')
    given.later(2 * READ_PATIENCE_MS)
    for (let attempt = 2; attempt < READ_ATTEMPTS_MAX - 1; attempt += 1) await expect(log.read(0n, { maxBytes: 1 })).rejects.toThrow('EIO')
    given.heal()
    expect(numbers(texts(await readAll(log)))).toEqual([0, 1, 2, 3, 4, 5, 6])
    await log.close()
  })

  it('though it was read before', async () => {
    const given = await givenALog({ behind: true })
    const log = await given.open()
    expect(await readAll(log)).toHaveLength(7)
    given.spoil(2)
    expect((await readPatiently(log, given)).records).toEqual([0, 1, 4, 5, 6])
    given.spoil(2, 5)
    expect((await readPatiently(log, given)).records).toEqual([0, 1, 4, 6])
    expect(log.stats().quarantinedBytes).toBe(3 * FRAME_BYTES)
    await log.close()
  })

  it('is dropped when it is old enough, all the same', async () => {
    const given = await givenALog({ behind: true })
    given.spoil(0, 1, 2, 3, 4, 5)
    const log = await given.open()
    const drop = () => log.dropBefore(7n, { olderThan: 2, bytesMax: Number.POSITIVE_INFINITY })
    for (let attempt = 2; attempt < READ_ATTEMPTS_MAX + 3; attempt += 1) {
      await expect(drop()).rejects.toThrow('EIO')
      given.later(1_000)
    }
    given.later(READ_PATIENCE_MS)
    await drop()
    expect(log.bounds().low).toBe(6n)
    expect(given.told).toHaveLength(1)
    await log.close()
  })

  it('is read by who does not own it, as far as it can be, and the rest counted', async () => {
    const given = await givenALog({ behind: true })
    given.spoil(2)
    const read = []
    for await (const { records, damagedBytes } of readDirectory(DIRECTORY, given.disk)) read.push([numbers(texts(records)), damagedBytes])
    expect(read).toEqual([
      [[0, 1, 4, 5], 2 * FRAME_BYTES],
      [[6], 0],
    ])
    given.spoil(5)
    const last = []
    for await (const { records, damagedBytes } of readDirectory(DIRECTORY, given.disk)) last.push([numbers(texts(records)), damagedBytes])
    expect(last[0]).toEqual([[0, 1, 2, 3, 4], FRAME_BYTES])
  })
})

describe('a segment that is gone', () => {
  it('is told of after a while, and what stands behind is read', async () => {
    const given = await givenALog({ behind: true })
    const log = await given.open()
    await given.files.unlink(given.path)
    expect((await readPatiently(log, given)).records).toEqual([6])
    expect(given.told).toEqual([{ segment: given.path.split('/').at(-1), kind: 'missing', from: 0, to: RECORDS * FRAME_BYTES, keptAs: null, seqBelow: RECORDS }])
    expect((await readPatiently(log, given)).failures).toBe(0)
    await log.close()
  })

  it('for want of a descriptor is not gone, however long that takes', async () => {
    const given = await givenALog({ behind: true })
    let isShort = false
    const files = faultyFiles(given.files, (operation, path) => (isShort && operation === 'open' && path.endsWith('.segment') ? { code: 'EMFILE' } : undefined))
    const log = await given.open({ files })
    isShort = true
    for (let attempt = 0; attempt < 3 * READ_ATTEMPTS_MAX; attempt += 1) {
      await expect(log.read(0n, { maxBytes: 1 })).rejects.toThrow('EMFILE')
      given.later(READ_PATIENCE_MS)
    }
    isShort = false
    expect((await readPatiently(log, given)).records).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(given.told).toEqual([])
    await log.close()
  })
})

describe('a position of which the disk does not give a slot', () => {
  it.each([
    [[0], 3n],
    [[1], 2n],
    [[0, 1], 0n],
  ] as const)('slots %j: it is the other’s, or the beginning', async (blocks, position) => {
    const files = memoryFiles()
    const cursor = await openCursor({ file: '/forwarded', files })
    for (const to of [1n, 2n, 3n]) await cursor.advance(to)
    await cursor.close()
    const bad = new Map([['/forwarded', new Set<number>(blocks)]])
    const again = await openCursor({ file: '/forwarded', files: withBadBlocks(files, bad) })
    expect(again.position()).toBe(position)
    await again.close()
  })
})
