import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offsetAt } from './offset-at.ts'

const record = (offset: number, timestamp: number): StoredRecord => ({ partition: 0, offset: BigInt(offset), timestamp, key: 'k', headers: {}, value: new Uint8Array() })

/** Records at some offsets, in order of time. */
const logOf = (records: readonly StoredRecord[]): Pick<EventLog, 'read'> => ({
  read: async (_, from) => {
    const rest = records.filter(({ offset }) => offset >= (from.get(0) ?? 0n))
    return new Map(rest.length === 0 ? [] : [[0, rest]])
  },
})

describe('where a moment begins in a partition', () => {
  it('is the first record that is not older, in a log with gaps too', () =>
    fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(60), { maxLength: 30 }), fc.array(fc.nat(20), { minLength: 30, maxLength: 30 }), fc.nat(25), async (offsets, times, at) => {
        const ordered = times.toSorted((a, b) => a - b)
        const records = offsets.toSorted((a, b) => a - b).map((offset, nth) => record(offset, ordered[nth] ?? 0))
        const found = await offsetAt(logOf(records), 'topic', 0, { low: 0n, next: 61n }, at)
        for (const { offset, timestamp } of records) expect(offset >= found).toBe(timestamp >= at)
      }),
    ))

  it('is the end where every record is older, and the beginning where none is', async () => {
    const records = [record(3, 10), record(4, 20)]
    expect(await offsetAt(logOf(records), 'topic', 0, { low: 3n, next: 5n }, 21)).toBe(5n)
    expect(await offsetAt(logOf(records), 'topic', 0, { low: 3n, next: 5n }, 0)).toBe(3n)
    expect(await offsetAt(logOf([]), 'topic', 0, { low: 7n, next: 7n }, 0)).toBe(7n)
  })
})
