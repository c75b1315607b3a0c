import { type EventLog, LogUnavailableError, type StoredRecord } from '@rollcall/event-log/event-log'
import type { Place } from '@rollcall/store/check/read-observations-outside'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mustBeThere, readSingly } from './read-singly.ts'

const PARTITIONS = 2
const RECORDS = 40

const recordAt = (partition: number, offset: number): StoredRecord => ({ partition, offset: BigInt(offset), key: '', value: Buffer.of(), headers: {}, timestamp: 0 })
/** A log without some of its records, which gives so many at a time, and nothing each `emptyEvery` reads. */
const logWithout = (missing: ReadonlySet<number>, atOnce: number, emptyEvery = Number.POSITIVE_INFINITY) => {
  let reads = 0
  const read: EventLog['read'] = async (_, from) => {
    reads += 1
    if (reads % emptyEvery === 0) return new Map()
    return new Map(
      [...from].map(([partition, first]) => {
        const there = Array.from({ length: RECORDS }, (__, offset) => offset).filter((offset) => offset >= first && !missing.has(offset))
        return [partition, there.slice(0, atOnce).map((offset) => recordAt(partition, offset))]
      }),
    )
  }
  return { read, reads: () => reads }
}
const place = ([partition, offset]: readonly [number, number]): Place => ({ partition, offset: BigInt(offset) })
const textOf = ({ partition, offset }: Place): string => `${partition}:${offset}`

describe('single records', () => {
  it('come each once and in order, and each that is missing is told', async () => {
    const anywhere = fc.tuple(fc.nat({ max: PARTITIONS - 1 }), fc.nat({ max: RECORDS - 1 }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(anywhere, { maxLength: 60 }),
        fc.uniqueArray(fc.nat({ max: RECORDS - 2 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 5 }),
        async (wanted, gone, atOnce, emptyEvery) => {
          const missing = new Set(gone)
          const [found, told]: [string[], string[]] = [[], []]
          const places = wanted.map(place)
          for await (const { partition, records } of readSingly(logWithout(missing, atOnce, emptyEvery), places, (at) => told.push(textOf(at))))
            found.push(...records.map(({ offset }) => textOf({ partition, offset })))
          const partitions = [...new Set(wanted.map(([partition]) => partition))]
          const inOrder = partitions.flatMap((of) =>
            [...new Set(wanted.filter(([partition]) => partition === of).map(([, offset]) => offset))].sort((a, b) => a - b).map((offset) => [of, offset] as const),
          )
          const named = (isMissing: boolean) => inOrder.filter(([, offset]) => missing.has(offset) === isMissing).map((at) => textOf(place(at)))
          expect(found).toEqual(named(false))
          expect(told).toEqual(named(true))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('that lie together are read together', async () => {
    const log = logWithout(new Set(), 10)
    for await (const { records } of readSingly(
      log,
      Array.from({ length: RECORDS }, (_, offset) => place([0, RECORDS - 1 - offset])),
      mustBeThere,
    ))
      expect(records.length).toBe(10)
    expect(log.reads()).toBe(4)
  })

  it.each([
    ['another stands in its place', logWithout(new Set([3]), 5)],
    ['the log gives nothing there', logWithout(new Set(), 5, 1)],
  ])('are missing where %s, and what must be there ends it', async (_, log) => {
    const reading = (async () => {
      for await (const { records } of readSingly(log, [place([1, 3])], mustBeThere)) expect(records).toEqual([])
    })()
    await expect(reading).rejects.toThrow(LogUnavailableError)
  })
})
