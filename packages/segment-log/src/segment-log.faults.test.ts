import { describe, expect, it } from 'vitest'
import type { FilePort } from './file-port.ts'
import { openSegmentLog } from './open-segment-log.ts'
import type { SegmentLog } from './segment-log.ts'
import { SpoolFullError, SpoolUnusableError, SpoolWriteError } from './spool-errors.ts'
import { type Fault, type FileOperation, faultyFiles } from './testing/faulty-files.ts'
import { memoryFiles, nothingUnsynced } from './testing/memory-files.ts'
import { readAll, texts } from './testing/read-all.ts'

type Fail = (operation: FileOperation, path: string) => Fault | undefined

const none: Fail = () => undefined
const when =
  (operation: FileOperation, fault: Fault, times = Number.POSITIVE_INFINITY): Fail =>
  (asked, path) => {
    if (asked !== operation || path.endsWith('.quarantine')) return undefined
    times -= 1
    return times >= 0 ? fault : undefined
  }

/** A log with one record in it, on a disk whose faults the test turns on and off. */
const givenALog = async () => {
  let fail = none
  const disk = memoryFiles()
  const files: FilePort = faultyFiles(disk, (operation, path) => fail(operation, path))
  const open = (): Promise<SegmentLog> => openSegmentLog({ directory: '/spool', files, clock: () => 1, tailBytesMax: 0 })
  const log = await open()
  await log.append([Buffer.from('before')])
  return {
    log,
    disk,
    open,
    failing: (next: Fail) => {
      fail = next
    },
  }
}
const append = (log: SegmentLog, text: string, bytes = 0) => log.append([Buffer.from(text.padEnd(bytes))])
const BEYOND_ALLOCATED = 400_000

describe('a disk that fails', () => {
  it.each([
    { name: 'an fdatasync that fails (EIO)', fail: when('fdatasync', { code: 'EIO' }, 1), error: SpoolWriteError, bytes: 0 },
    { name: 'a write that fails (EIO)', fail: when('write', { code: 'EIO' }, 1), error: SpoolWriteError, bytes: 0 },
    { name: 'a short write', fail: when('write', { short: 10 }, 1), error: SpoolFullError, bytes: 0 },
    { name: 'no space for the next allocation', fail: when('write', { code: 'ENOSPC' }), error: SpoolFullError, bytes: BEYOND_ALLOCATED },
    { name: 'no quota left', fail: when('write', { code: 'EDQUOT' }), error: SpoolFullError, bytes: BEYOND_ALLOCATED },
    { name: 'a short allocation', fail: when('write', { short: 100 }), error: SpoolFullError, bytes: BEYOND_ALLOCATED },
  ])('$name rejects that batch by name, and the next append works', async ({ fail, error, bytes }) => {
    const { log, failing, open } = await givenALog()
    failing(fail)
    await expect(append(log, 'lost', bytes)).rejects.toThrow(error)
    failing(none)
    expect(await append(log, 'after')).toBe(1n)
    expect(texts(await readAll(log))).toEqual(['before', 'after'])
    await log.close()
    expect(texts(await readAll(await open()))).toEqual(['before', 'after'])
  })

  it.each([{ operation: 'fdatasync' as const }, { operation: 'rename' as const }, { operation: 'syncDirectory' as const }, { operation: 'open' as const }])(
    '$operation failing while a segment is created rejects the batch, and the next append creates it',
    async ({ operation }) => {
      let fail = none
      const files = faultyFiles(memoryFiles(), (asked, path) => fail(asked, path))
      const log = await openSegmentLog({ directory: '/spool', files, clock: () => 1 })
      fail = when(operation, { code: 'EIO' }, 1)
      await expect(append(log, 'lost')).rejects.toThrow(SpoolWriteError)
      expect(await append(log, 'after')).toBe(0n)
      await log.close()
      const again = await openSegmentLog({ directory: '/spool', files })
      expect(texts(await readAll(again))).toEqual(['after'])
      expect(again.stats().segments).toBe(1)
    },
  )

  it('whose fdatasync fails is never synced through that descriptor again', async () => {
    const { log: before, open, failing } = await givenALog()
    await before.close()
    const log = await open()
    const synced: string[] = []
    let failures = 1
    failing((operation, path) => {
      if (operation !== 'fdatasync') return undefined
      synced.push(path)
      failures -= 1
      return failures >= 0 ? { code: 'EIO' } : undefined
    })
    await expect(append(log, 'lost')).rejects.toThrow(SpoolWriteError)
    await append(log, 'after')
    expect(synced.slice(1)).not.toContain(synced[0])
    expect(log.stats().segments).toBe(2)
  })

  it.each([
    { name: 'an fdatasync that fails', fail: () => when('fdatasync', { code: 'EIO' }, 1) },
    { name: 'a write that fails', fail: () => when('write', { code: 'EIO' }, 1) },
    { name: 'a short write', fail: () => when('write', { short: 10 }, 1) },
    { name: 'an allocation that fails', fail: () => when('write', { code: 'EIO' }, 1), bytes: BEYOND_ALLOCATED },
  ])('$name closes the segment: it is never written or synced again', async ({ fail, bytes = 0 }) => {
    const { log, disk, failing } = await givenALog()
    const segments = () => disk.paths().filter((path) => path.endsWith('.segment'))
    const [first = ''] = segments()
    failing(fail())
    await expect(append(log, 'lost', bytes)).rejects.toThrow()
    const left = Buffer.from(disk.readFile(first))
    const touched: string[] = []
    failing((operation, path) => {
      if (operation === 'write' || operation === 'fdatasync') touched.push(path)
      return undefined
    })
    await append(log, 'after')
    await append(log, 'and on')
    expect(touched).not.toContain(first)
    expect(disk.readFile(first)).toEqual(left)
    expect(left).toHaveLength(30)
    expect(segments()).toHaveLength(2)
    expect(texts(await readAll(log))).toEqual(['before', 'after', 'and on'])
  })

  it('twice in a row makes the log refuse everything, while what it has can still be read', async () => {
    const { log, failing } = await givenALog()
    failing(when('fdatasync', { code: 'EIO' }))
    await expect(append(log, 'lost')).rejects.toThrow(SpoolWriteError)
    await expect(append(log, 'lost too')).rejects.toThrow(SpoolUnusableError)
    failing(none)
    await expect(append(log, 'refused')).rejects.toThrow(SpoolUnusableError)
    await expect(append(log, 'refused')).rejects.toThrow('/spool takes no more records: 2 failures in a row')
    expect(texts(await readAll(log))).toEqual(['before'])
    await log.close()
  })

  it('now and then, with successes between, goes on being used', async () => {
    const { log, failing } = await givenALog()
    for (let round = 0; round < 5; round += 1) {
      failing(when('fdatasync', { code: 'EIO' }, 1))
      await expect(append(log, 'lost')).rejects.toThrow(SpoolWriteError)
      await append(log, `kept ${round}`)
    }
    expect(texts(await readAll(log))).toEqual(['before', ...Array.from({ length: 5 }, (_, round) => `kept ${round}`)])
  })

  it('being full for a long time never makes the log unusable', async () => {
    const { log, failing } = await givenALog()
    failing(when('write', { code: 'ENOSPC' }))
    for (let attempt = 0; attempt < 20; attempt += 1) await expect(append(log, 'lost')).rejects.toThrow(SpoolFullError)
    failing(none)
    expect(await append(log, 'space again')).toBe(1n)
  })

  it('leaves nothing of a rejected batch for recovery to find, even where cutting it away failed', async () => {
    const { log, failing, open } = await givenALog()
    let faults = 1
    failing((operation) => {
      if (operation === 'truncate') return { code: 'EIO' }
      faults -= operation === 'fdatasync' ? 1 : 0
      return operation === 'fdatasync' && faults >= 0 ? { code: 'EIO' } : undefined
    })
    await expect(append(log, 'rejected')).rejects.toThrow(SpoolWriteError)
    await append(log, 'after')
    await log.close()
    failing(none)
    const again = await open()
    expect(texts(await readAll(again))).toEqual(['before', 'after'])
    expect(again.stats().quarantinedBytes).toBe(0)
  })

  it('that writes half a batch leaves none of its records for recovery to find behind a shorter one', async () => {
    const { log, disk, failing } = await givenALog()
    // Space is allocated in many writes, the batch is one.
    let asked = 0
    failing((operation) => {
      if (operation !== 'write') return undefined
      asked += 1
      return asked === 4 ? { short: 700_000 } : undefined
    })
    await expect(log.append([1, 2, 3].map((value) => Buffer.alloc(300_000, value)))).rejects.toThrow('700000 of 900072 bytes')
    failing(none)
    await append(log, 'f')
    const again = await openSegmentLog({ directory: '/spool', files: disk.powerCut(nothingUnsynced) })
    expect(texts(await readAll(again))).toEqual(['before', 'f'])
    expect(again.stats().quarantinedBytes).toBe(0)
  })

  it('on the first batch of a segment leaves no second segment that begins with the same number', async () => {
    let fail = none
    const disk = memoryFiles()
    const log = await openSegmentLog({ directory: '/spool', files: faultyFiles(disk, (operation, path) => fail(operation, path)), clock: () => 1 })
    await append(log, 'first')
    await log.close()
    for (const path of disk.paths().filter((each) => each.endsWith('.segment'))) disk.writeFile(path, Buffer.alloc(0))
    const again = await openSegmentLog({ directory: '/spool', files: faultyFiles(disk, (operation, path) => fail(operation, path)), clock: () => 1 })
    fail = (operation) => (operation === 'fdatasync' || operation === 'truncate' ? { code: 'EIO' } : undefined)
    await expect(append(again, 'rejected')).rejects.toThrow(SpoolWriteError)
    fail = none
    expect(await append(again, 'after')).toBe(0n)
    expect(again.stats().segments).toBe(1)
    expect(disk.paths().filter((each) => each.endsWith('.segment'))).toHaveLength(1)
  })

  it('fails every append of one group together and none of the others', async () => {
    const { log, failing } = await givenALog()
    // The group of the record before is over, and the next begins at once.
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    const first = append(log, 'alone')
    const group = Promise.allSettled([append(log, 'x'), append(log, 'y'), append(log, 'z')])
    await first
    failing(when('fdatasync', { code: 'EIO' }, 1))
    expect((await group).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(texts(await readAll(log))).toEqual(['before', 'alone'])
  })

  it('while opening is reported with the path, and lets go of the directory', async () => {
    const { log, failing, open } = await givenALog()
    await log.close()
    failing(when('fdatasync', { code: 'EIO' }))
    await expect(open()).rejects.toThrow(/\/spool\/.*\.segment could not be cut/)
    failing(none)
    expect(texts(await readAll(await open()))).toEqual(['before'])
  })
})
