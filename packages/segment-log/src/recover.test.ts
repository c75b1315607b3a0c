import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framedBytes } from './frame.ts'
import { openSegmentLog } from './open-segment-log.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import { type MemoryFiles, memoryFiles, nothingUnsynced } from './testing/memory-files.ts'
import { readAll, texts } from './testing/read-all.ts'

const DIRECTORY = '/spool'
const PAYLOADS = ['first', 'second', 'third'].map((text) => Buffer.from(text))
const END = framedBytes(PAYLOADS)
const THIRD = END - framedBytes(PAYLOADS.slice(2))

const open = (files: MemoryFiles, options: { segmentBytesMax?: number } = {}) => openSegmentLog({ directory: DIRECTORY, files, clock: () => 1, tailBytesMax: 0, ...options })

/** A closed log of three records. */
const threeRecords = async (options: { segmentBytesMax?: number } = {}): Promise<MemoryFiles> => {
  const files = memoryFiles()
  const log = await open(files, options)
  for (const payload of PAYLOADS) await log.append([payload])
  await log.close()
  return files
}
const segmentsOf = (files: MemoryFiles): string[] =>
  files
    .paths()
    .filter((path) => path.endsWith('.segment'))
    .sort()
const nth = (files: MemoryFiles, index: number): string => segmentsOf(files)[index] ?? ''
const flip = (files: MemoryFiles, path: string, at: number): void => {
  const bytes = Buffer.from(files.readFile(path))
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at)
  files.writeFile(path, bytes)
}

describe('after a crash', () => {
  it('a newest segment cut at any byte keeps its whole records, and takes new ones under numbers never used', async () => {
    for (let cut = 0; cut <= END; cut += 1) {
      const files = await threeRecords()
      files.writeFile(nth(files, 0), files.readFile(nth(files, 0)).subarray(0, cut))
      const log = await open(files)
      const kept = await readAll(log)
      expect(texts(kept), `cut at ${cut}`).toEqual(['first', 'second', 'third'].slice(0, kept.length))
      expect(log.bounds().next).toBe(BigInt(kept.length))
      expect(log.stats().quarantinedBytes).toBe(0)
      const seq = await log.append([Buffer.from('after')])
      expect(seq, `cut at ${cut}`).toBeGreaterThanOrEqual(cut === framedBytes(PAYLOADS.slice(0, kept.length)) ? BigInt(kept.length) : BigInt(kept.length + 1))
      expect(texts(await readAll(log))).toEqual([...texts(kept), 'after'])
      await log.close()
      expect(texts(await readAll(await open(files)))).toEqual([...texts(kept), 'after'])
    }
  })

  it('what was cut away is gone for good, also where the next record is shorter', async () => {
    const files = memoryFiles()
    const log = await open(files)
    await log.append([Buffer.from('kept')])
    await log.append([Buffer.alloc(1_000_000, 'x')])
    await log.close()
    files.writeFile(nth(files, 0), files.readFile(nth(files, 0)).subarray(0, 900_000))
    const after = await open(files)
    await after.append([Buffer.from('short')])
    const again = await open(files.powerCut(nothingUnsynced))
    expect(texts(await readAll(again))).toEqual(['kept', 'short'])
    expect(again.stats().quarantinedBytes).toBe(0)
  })

  it('a damaged last record is quarantined, since it may have been acknowledged, and its number is not given again', async () => {
    const files = await threeRecords()
    flip(files, nth(files, 0), END - 1)
    const log = await open(files)
    expect(texts(await readAll(log))).toEqual(['first', 'second'])
    expect(log.stats().quarantinedBytes).toBe(END - THIRD)
    expect(log.bounds().next).toBe(2n)
    expect(await log.append([Buffer.from('after')])).toBeGreaterThan(2n)
  })

  it('a segment that was created and never written is written on', async () => {
    const files = await threeRecords()
    files.writeFile(`${DIRECTORY}/00000000000000000003-00000001.segment`, Buffer.alloc(1_000))
    const log = await open(files)
    expect(log.bounds()).toEqual({ low: 0n, next: 3n })
    expect(await log.append([Buffer.from('after')])).toBe(3n)
    expect(texts(await readAll(log))).toEqual(['first', 'second', 'third', 'after'])
  })

  it('an empty segment that begins where another does is removed', async () => {
    const files = await threeRecords()
    files.writeFile(`${DIRECTORY}/00000000000000000000-ffffffff.segment`, Buffer.alloc(1_000))
    const log = await open(files)
    expect(texts(await readAll(log))).toEqual(['first', 'second', 'third'])
    expect(segmentsOf(files)).toHaveLength(1)
  })
})

describe('an empty segment that could not be removed', () => {
  it('hides nothing of the one that begins with the same number, however many segments follow, and whatever their order', async () => {
    for (const seed of ['00000000', 'ffffffff']) {
      const files = await threeRecords({ segmentBytesMax: 1 })
      const twin = `${DIRECTORY}/00000000000000000001-${seed}.segment`
      files.writeFile(twin, Buffer.alloc(1_000))
      const log = await open(files)
      expect(texts(await readAll(log))).toEqual(['first', 'second', 'third'])
      expect(files.paths()).not.toContain(twin)
    }
  })

  it('is not guessed at where both have records: the directory is refused, and nothing removed', async () => {
    const files = await threeRecords({ segmentBytesMax: 1 })
    const other = memoryFiles()
    const log = await open(other)
    await log.append([Buffer.from('other')])
    await log.close()
    const name = nth(other, 0).split('/').at(-1) ?? ''
    files.writeFile(`${DIRECTORY}/${name}`, other.readFile(nth(other, 0)))
    await expect(open(files)).rejects.toThrow(/both have records under the same numbers/)
    expect(segmentsOf(files)).toHaveLength(4)
  })
})

describe('damage', () => {
  it('of any one bit in the middle costs that record alone, is counted, kept as evidence, and never replayed', async () => {
    for (const segmentBytesMax of [1, 10_000]) {
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: framedBytes(PAYLOADS.slice(1, 2)) - 1 }), async (offset) => {
          const files = await threeRecords({ segmentBytesMax })
          const ownSegment = segmentBytesMax === 1
          flip(files, nth(files, ownSegment ? 1 : 0), offset + (ownSegment ? 0 : framedBytes(PAYLOADS.slice(0, 1))))
          const log = await open(files)
          expect((await readAll(log)).map(({ seq }) => seq)).toEqual([0n, 2n])
          const [evidence = ''] = files.paths().filter((path) => path.endsWith('.quarantine'))
          expect(files.readFile(evidence)).toHaveLength(30)
          await log.close()
          const again = await open(files)
          await readAll(again)
          expect(again.stats().quarantinedBytes).toBe(30)
        }),
        { numRuns: 40 },
      )
    }
  })

  it('of any one bit of the last record is told of, and never taken for an end that a crash cut short', async () => {
    for (const last of [Buffer.from('third'), Buffer.from([1, 0, 0]), Buffer.alloc(0)]) {
      const files = memoryFiles()
      const log = await open(files)
      await log.append([Buffer.from('first')])
      await log.append([last])
      // As a killed process leaves it: zeros behind the last record.
      const whole = files.readFile(nth(files, 0))
      const from = framedBytes([Buffer.from('first')])
      for (let bit = from * 8; bit < framedBytes([Buffer.from('first'), last]) * 8; bit += 1) {
        const flipped = memoryFiles()
        for (const path of files.paths().filter((each) => !each.endsWith('.lock'))) flipped.writeFile(path, Buffer.from(files.readFile(path)))
        const bytes = Buffer.from(whole)
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        flipped.writeFile(nth(files, 0), bytes)
        const told: unknown[] = []
        const again = await openSegmentLog({ directory: DIRECTORY, files: flipped, onDamage: (damage) => told.push(damage) })
        expect(texts(await readAll(again)), `bit ${bit}`).toEqual(['first'])
        expect(told, `bit ${bit}`).toEqual([expect.objectContaining({ segment: nth(files, 0).split('/').at(-1), from })])
        await again.close()
      }
    }
  })

  it('is told of once, with its bytes and where they are kept', async () => {
    const files = await threeRecords()
    flip(files, nth(files, 0), 26)
    const told: unknown[] = []
    const openTelling = () => openSegmentLog({ directory: DIRECTORY, files, onDamage: (damage) => told.push(damage) })
    const log = await openTelling()
    await readAll(log)
    await log.close()
    const name = nth(files, 0).split('/').at(-1)
    expect(told).toEqual([{ segment: name, kind: 'damaged', from: 0, to: 29, keptAs: `${name}.0-29.quarantine` }])
    await (await openTelling()).close()
    expect(told).toHaveLength(1)
  })

  it('at the end that cannot be copied is not cut away: whoever opens the log next finds it, and new records go elsewhere', async () => {
    const files = await threeRecords()
    flip(files, nth(files, 0), END - 1)
    const damaged = Buffer.from(files.readFile(nth(files, 0)))
    const noRoom = faultyFiles(files, (operation, path) => (operation === 'write' && path.includes('.quarantine') ? { code: 'ENOSPC' } : undefined))
    const told: unknown[] = []
    const log = await openSegmentLog({ directory: DIRECTORY, files: noRoom, clock: () => 1, tailBytesMax: 0, onDamage: (damage) => told.push(damage) })
    const name = nth(files, 0).split('/').at(-1)
    expect(told).toEqual([{ segment: name, kind: 'damaged', from: THIRD, to: END, keptAs: null }])
    const seq = await log.append([Buffer.from('after')])
    expect(seq).toBeGreaterThan(2n)
    expect(texts(await readAll(log))).toEqual(['first', 'second', 'after'])
    await log.close()
    expect(files.readFile(nth(files, 0))).toEqual(damaged)

    const again = await open(files.powerCut(nothingUnsynced))
    expect((await readAll(again)).map(({ seq: each, payload }) => [each, Buffer.from(payload).toString()])).toEqual([
      [0n, 'first'],
      [1n, 'second'],
      [seq, 'after'],
    ])
    await again.close()
    expect(again.stats().quarantinedBytes).toBe(END - THIRD)
  })

  it('at the end that cannot be copied is cut away by the next start that can', async () => {
    const files = await threeRecords()
    flip(files, nth(files, 0), END - 1)
    const failing = faultyFiles(files, (operation) => (operation === 'fdatasync' ? { code: 'EIO' } : undefined))
    await expect(openSegmentLog({ directory: DIRECTORY, files: failing })).rejects.toThrow(/could not be cut to its last good record and synced/)
    const log = await open(files)
    expect(log.stats().quarantinedBytes).toBe(END - THIRD)
    await log.append([Buffer.from('after')])
    expect(texts(await readAll(log))).toEqual(['first', 'second', 'after'])
    expect(segmentsOf(files)).toHaveLength(1)
  })

  it('of older segments is found in the background, without anyone reading', async () => {
    const files = await threeRecords({ segmentBytesMax: 1 })
    flip(files, nth(files, 0), 26)
    const log = await open(files)
    await log.close()
    expect(log.stats().quarantinedBytes).toBe(29)
  })

  it('that comes while the log is open is found by the next read', async () => {
    const files = memoryFiles()
    const log = await open(files)
    for (const payload of PAYLOADS) await log.append([payload])
    expect(await readAll(log)).toHaveLength(3)
    flip(files, nth(files, 0), 5)
    expect(texts(await readAll(log))).toEqual(['second', 'third'])
    flip(files, nth(files, 0), THIRD)
    expect(texts(await readAll(log))).toEqual(['second'])
    expect(log.stats().quarantinedBytes).toBe(29 + 29)
    await log.append([Buffer.from('fourth')])
    expect(texts(await readAll(log))).toEqual(['second', 'fourth'])
  })
})

describe('a power cut', () => {
  it('takes nothing that was acknowledged after a process which ended before its segment had a durable name', async () => {
    const files = memoryFiles()
    const killed = await openSegmentLog({ directory: DIRECTORY, files: { ...files, syncDirectory: async () => undefined }, clock: () => 1, tailBytesMax: 0 })
    await killed.append([Buffer.from('first')])
    await killed.close()
    const log = await open(files)
    await log.append([Buffer.from('second')])
    const after = await open(files.powerCut(nothingUnsynced))
    expect(texts(await readAll(after))).toEqual(['first', 'second'])
    await after.close()
    await log.close()
  })

  it('at any moment loses nothing acknowledged, replays nothing torn, and numbers on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 }),
        fc.nat({ max: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (appends, ticks, chances) => {
          let files = memoryFiles()
          const sent = new Map<string, number>()
          const acknowledged = new Map<bigint, string>()
          for (let boot = 0; boot < 3; boot += 1) {
            const log = await open(files, { segmentBytesMax: 4_000 })
            let cut = false
            const running = appends.map(async (sizes, index) => {
              const payloads = sizes.map((size, at) => Buffer.from(`${boot}/${index}/${at}/`.padEnd(size + 8, 'x')))
              for (const payload of payloads) sent.set(payload.toString(), payload.length)
              const first = await log.append(payloads)
              if (!cut) for (const [at, payload] of payloads.entries()) acknowledged.set(first + BigInt(at), payload.toString())
            })
            for (let tick = 0; tick < ticks; tick += 1) await (tick % 8 === 7 ? new Promise(setImmediate) : Promise.resolve())
            cut = true
            files = files.powerCut(() => chances.next().value)
            await Promise.all(running)
            await log.close()

            const after = await open(files, { segmentBytesMax: 4_000 })
            const records = await readAll(after)
            const found = new Map(records.map(({ seq, payload }) => [seq, Buffer.from(payload).toString()]))
            for (const [seq, text] of acknowledged) expect(found.get(seq)).toBe(text)
            for (const text of found.values()) expect(sent.has(text)).toBe(true)
            expect(records.map(({ seq }) => seq)).toEqual([...found.keys()].sort((a, b) => Number(a - b)))
            await after.close()
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})
