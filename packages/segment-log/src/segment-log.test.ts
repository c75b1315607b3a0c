import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FilePort } from './file-port.ts'
import { RECORD_BYTES_MAX } from './frame.ts'
import { nodeFiles } from './node-files.ts'
import { openSegmentLog } from './open-segment-log.ts'
import type { SegmentLog } from './segment-log.ts'
import { RecordTooLargeError, SpoolBusyError, SpoolClosedError } from './spool-errors.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import { readAll, texts } from './testing/read-all.ts'

let directory: string
let now: number
const opened: SegmentLog[] = []

const open = async (options: Partial<Parameters<typeof openSegmentLog>[0]> = {}): Promise<SegmentLog> => {
  const log = await openSegmentLog({ directory, clock: () => now, ...options })
  opened.push(log)
  return log
}
const record = (text: string) => [Buffer.from(text)]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'segment-log-'))
  now = 1_000
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()))
  await rm(directory, { recursive: true })
})

describe('appending', () => {
  it('numbers records from 0, one after the other, and answers the first number of each append', async () => {
    const log = await open()
    expect(await log.append(record('a'))).toBe(0n)
    expect(await log.append(['b', 'c', 'd'].map((text) => Buffer.from(text)))).toBe(1n)
    expect(await log.append(record('e'))).toBe(4n)
    expect(log.bounds()).toEqual({ low: 0n, next: 5n })
    expect(texts(await readAll(log))).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('keeps empty records, and an append of none is nothing', async () => {
    const log = await open()
    await log.append([Buffer.alloc(0)])
    expect(await log.append([])).toBe(1n)
    expect(texts(await readAll(log))).toEqual([''])
  })

  it('shares one sync between the appends that wait for it', async () => {
    let syncs = 0
    const log = await open({
      files: faultyFiles(nodeFiles, (operation) => {
        if (operation === 'fdatasync') syncs += 1
        return undefined
      }),
    })
    await log.append(record('first'))
    syncs = 0
    const seqs = await Promise.all(Array.from({ length: 200 }, (_, index) => log.append(record(`${index}`))))
    expect(seqs).toEqual(Array.from({ length: 200 }, (_, index) => BigInt(index + 1)))
    expect(syncs).toBeLessThanOrEqual(2)
  })

  it('stamps a record with the time it was written', async () => {
    const log = await open()
    now = 1_234_567_890_123
    await log.append(record('a'))
    expect(await log.read(0n, { maxBytes: 1 })).toMatchObject([{ seq: 0n, appendedAt: 1_234_567_890_123 }])
  })

  it('is refused when more waits for the disk than the bound allows', async () => {
    const log = await open({ pendingBytesMax: 1_000 })
    const appends = await Promise.allSettled(Array.from({ length: 3 }, () => log.append([Buffer.alloc(450)])))
    expect(appends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(appends[2]).toMatchObject({ reason: expect.any(SpoolBusyError) })
    await log.append(record('room again'))
  })

  it('is refused at once while the disk does not come back, and taken again when it has', async () => {
    let monotonic = 0
    let comeBack = () => {}
    const stuck = new Promise<void>((resolve) => {
      comeBack = resolve
    })
    let stalls = false
    const disk = faultyFiles(nodeFiles, () => undefined)
    const files: FilePort = {
      ...disk,
      open: async (path, mode) => {
        const file = await disk.open(path, mode)
        return {
          ...file,
          fdatasync: async () => {
            if (stalls) await stuck
            await file.fdatasync()
          },
        }
      },
    }
    const log = await open({ files, monotonicMs: () => monotonic, stallMsMax: 5_000 })
    await log.append(record('before'))
    // The group of the record before is over, and the next begins at once.
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    stalls = true
    const waiting = log.append(record('waits'))
    monotonic = 5_000
    const joins = log.append(record('joins'))
    monotonic = 5_001
    expect(log.stats().writingMs).toBe(5_001)
    await expect(log.append(record('refused'))).rejects.toThrow('the disk has not come back from a write for 5001 ms, 5000 are allowed')
    await expect(log.append(record('refused'))).rejects.toThrow(SpoolBusyError)
    stalls = false
    comeBack()
    expect(await Promise.all([waiting, joins])).toEqual([1n, 2n])
    await log.append(record('after'))
    expect(log.stats().writingMs).toBe(0)
    expect(texts(await readAll(log))).toEqual(['before', 'waits', 'joins', 'after'])
  })

  it('refuses a record that is too large, naming its size', async () => {
    const log = await open()
    await expect(log.append([Buffer.alloc(RECORD_BYTES_MAX)])).rejects.toThrow(RecordTooLargeError)
    await expect(log.append([Buffer.alloc(RECORD_BYTES_MAX)])).rejects.toThrow(`${RECORD_BYTES_MAX} bytes`)
  })

  it('that waits when the log closes is still made durable; later ones are refused', async () => {
    const log = await open()
    const waiting = ['a', 'b', 'c'].map((text) => log.append(record(text)))
    await log.close()
    expect(await Promise.all(waiting)).toEqual([0n, 1n, 2n])
    await expect(log.append(record('d'))).rejects.toThrow(SpoolClosedError)
    expect(texts(await readAll(await open()))).toEqual(['a', 'b', 'c'])
  })
})

describe('reading', () => {
  const fill = async (log: SegmentLog, count: number) => {
    for (let at = 0; at < count; at += 10) await log.append(Array.from({ length: 10 }, (_, index) => Buffer.from(`${at + index}`.padEnd(100, '.'))))
  }

  it('gives the same from memory and from disk, from any record on and whatever the bound', async () => {
    const inMemory = await open()
    await fill(inMemory, 1_000)
    const expected = texts(await readAll(inMemory))
    expect(expected).toHaveLength(1_000)
    await inMemory.close()
    const onDisk = await open({ tailBytesMax: 0, segmentBytesMax: 10_000 })
    await fill(onDisk, 1_000)
    for (const from of [0, 1, 9, 10, 499, 998, 999]) {
      for (const maxBytes of [0, 1, 100, 250, 5_000, 1_000_000]) {
        const records = await onDisk.read(BigInt(from), { maxBytes })
        expect(texts(records), `from ${from}, ${maxBytes} bytes`).toEqual(expected.slice(from, from + records.length))
        expect(records.length).toBeGreaterThanOrEqual(1)
        expect(records.length).toBeLessThanOrEqual(Math.max(1, maxBytes / 100))
      }
    }
    expect(texts(await readAll(onDisk, 1_000n)).map((text) => Number.parseInt(text, 10))).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
  })

  it('gives at least one record, however large', async () => {
    const log = await open({ tailBytesMax: 0 })
    await log.append([Buffer.alloc(3_000_000, 1)])
    await log.append(record('small'))
    expect((await log.read(0n, { maxBytes: 10 })).map(({ payload }) => payload.length)).toEqual([3_000_000])
  })

  it('beyond the end gives nothing', async () => {
    const log = await open()
    await log.append(record('a'))
    expect(await log.read(1n, { maxBytes: 100 })).toEqual([])
    expect(await log.read(100n, { maxBytes: 100 })).toEqual([])
  })

  it('waits for the next record and no longer', async () => {
    const log = await open()
    await log.append(record('a'))
    await log.waitBeyond(0n, { timeoutMs: 60_000 })
    const waiting = log.waitBeyond(1n, { timeoutMs: 60_000 })
    await log.append([...record('b'), ...record('c')])
    await waiting
    expect(texts(await log.read(1n, { maxBytes: 100 }))).toEqual(['b', 'c'])
  })

  it('stops waiting after its time, on abort, and when the log closes', async () => {
    const log = await open()
    await log.waitBeyond(0n, { timeoutMs: 5 })
    const abort = new AbortController()
    const aborted = log.waitBeyond(0n, { timeoutMs: 60_000, signal: abort.signal })
    abort.abort()
    await aborted
    await log.waitBeyond(0n, { timeoutMs: 60_000, signal: abort.signal })
    const closing = log.waitBeyond(0n, { timeoutMs: 60_000 })
    await log.close()
    await closing
  })
})

describe('a restart', () => {
  it('finds everything and numbers on', async () => {
    const log = await open({ segmentBytesMax: 300 })
    for (let index = 0; index < 20; index += 1) await log.append(record(`record ${index}`.padEnd(50)))
    const before = await readAll(log)
    await log.close()
    const again = await open({ segmentBytesMax: 300 })
    expect(again.bounds()).toEqual({ low: 0n, next: 20n })
    expect(await readAll(again)).toEqual(before)
    expect(await again.append(record('next'))).toBe(20n)
  })

  it('many times over adds no segments', async () => {
    for (let index = 0; index < 5; index += 1) {
      const log = await open()
      expect(await log.append(record('a'))).toBe(BigInt(index))
      expect(log.stats()).toEqual({ bytes: 25 * (index + 1), segments: 1, quarantinedBytes: 0, writingMs: 0 })
      await log.close()
    }
  })
})

it('lets nobody but its user read what was sent', async () => {
  const folder = join(directory, 'spool')
  const log = await open({ directory: folder })
  await log.append(record('a'))
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})

describe('dropping', () => {
  const filled = async () => {
    const log = await open({ segmentBytesMax: 300 })
    for (let index = 0; index < 12; index += 1) {
      now = index * 1_000
      await log.append([Buffer.alloc(76, index)])
    }
    return log
  }
  const UNBOUNDED = { bytesMax: Number.POSITIVE_INFINITY }

  it.each([
    { name: 'removes whole segments that are below the seq and old', seq: 7n, olderThan: 1e9, bytesMax: Number.POSITIVE_INFINITY, low: 6n },
    { name: 'keeps what is not old enough', seq: 12n, olderThan: 4_500, bytesMax: Number.POSITIVE_INFINITY, low: 3n },
    { name: 'removes young segments while the log is too large', seq: 12n, olderThan: 0, bytesMax: 700, low: 6n },
    { name: 'never removes what is not below the seq, however old and large', seq: 2n, olderThan: 1e9, bytesMax: 0, low: 0n },
    { name: 'keeps the newest segment always', seq: 1_000n, olderThan: 1e9, bytesMax: 0, low: 9n },
  ])('$name', async ({ seq, olderThan, bytesMax, low }) => {
    const log = await filled()
    await log.dropBefore(seq, { olderThan, bytesMax })
    expect(log.bounds()).toEqual({ low, next: 12n })
    expect((await readAll(log)).map((each) => each.seq)[0]).toBe(low)
    const segments = (await readdir(directory)).filter((name) => name.endsWith('.segment'))
    expect(segments).toHaveLength(log.stats().segments)
  })

  it('keeps the numbering over a restart', async () => {
    const log = await filled()
    await log.dropBefore(12n, { olderThan: 1e9, ...UNBOUNDED })
    await log.close()
    const again = await open()
    expect(again.bounds()).toEqual({ low: 9n, next: 12n })
    await again.dropBefore(12n, { olderThan: 1e9, ...UNBOUNDED })
    expect(await again.append(record('a'))).toBe(12n)
  })

  it('knows the age of segments written before a restart', async () => {
    await (await filled()).close()
    const log = await open()
    await log.dropBefore(12n, { olderThan: 4_500, ...UNBOUNDED })
    expect(log.bounds().low).toBe(3n)
  })

  it('while others append and read disturbs neither: a reader sees rising numbers and misses nothing still held', async () => {
    const log = await open({ segmentBytesMax: 2_000, tailBytesMax: 0 })
    const RECORDS = 400
    const appending = (async () => {
      for (let index = 0; index < RECORDS; index += 1) await log.append(record(`${index}`.padEnd(100)))
    })()
    let position = 0n
    while (position < RECORDS) {
      await log.waitBeyond(position, { timeoutMs: 10_000 })
      const [records] = await Promise.all([log.read(position, { maxBytes: 700 }), log.dropBefore(position, { olderThan: 1e9, bytesMax: 0 })])
      for (const { seq, payload } of records) {
        expect([seq, Buffer.from(payload).toString().trimEnd()]).toEqual([position, `${position}`])
        position += 1n
      }
    }
    await appending
    expect(log.stats().segments).toBeLessThan(5)
  })
})
