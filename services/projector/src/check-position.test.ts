import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { describe, expect, it } from 'vitest'
import { checkNothingVanished, checkPosition } from './check-position.ts'
import { recordSha256 } from './record-sha256.ts'

const record = (offset: bigint, text = 'value'): StoredRecord => ({ partition: 0, offset, key: 'k', value: Buffer.from(text), headers: { ce_id: `${offset}` }, timestamp: 0 })
/** A log of one partition that holds these. */
const logOf = (...records: readonly StoredRecord[]): EventLog =>
  ({
    read: async (_topic: string, from: ReadonlyMap<number, bigint>) => {
      const found = records.filter(({ offset }) => offset >= (from.get(0) ?? 0n))
      return new Map(found.length === 0 ? [] : [[0, found]])
    },
  }) as unknown as EventLog
const at = (next: bigint, last: StoredRecord | null) => ({ partition: 0, epoch: 1n, next, lastRecordSha256: last === null ? null : recordSha256(last) })

describe('a position', () => {
  it.each([
    ['at the end of the log it came from', at(5n, record(4n)), { low: 0n, next: 5n }],
    ['in the middle of it', at(5n, record(4n)), { low: 2n, next: 90n }],
    ['at the first record that is still held: the one before is gone by right', at(5n, record(4n)), { low: 5n, next: 9n }],
    ['at the beginning', at(0n, null), { low: 0n, next: 9n }],
    ['at the beginning of a partition that is not there yet', at(0n, null), undefined],
    ['of a projection that does not know its last record', at(5n, null), { low: 0n, next: 9n }],
  ])('is good %s', async (_where, position, bounds) => {
    await expect(checkPosition(logOf(record(4n), record(5n)), position, bounds)).resolves.toBeUndefined()
  })

  it.each([
    ['below what the log still holds', at(5n, record(4n)), { low: 6n, next: 9n }, 'the log holds 6 to 9'],
    ['at the beginning, when the log does not hold that any more', at(0n, null), { low: 3n, next: 9n }, 'the log holds 3 to 9'],
    ['beyond the end of the log', at(5n, record(4n)), { low: 0n, next: 4n }, 'the log holds 0 to 4'],
    ['in a partition that is not there', at(5n, record(4n)), undefined, 'no such partition'],
    ['after a record of another log', at(5n, record(4n, 'other')), { low: 0n, next: 9n }, 'record 4 is not the one'],
    ['after a record that has vanished', at(4n, record(3n)), { low: 0n, next: 9n }, 'record 3 is not the one'],
    ['after the last record, when that has vanished', at(7n, record(6n)), { low: 0n, next: 7n }, 'record 6 is not the one'],
  ])('stops the projector %s', async (_where, position, bounds, what) => {
    await expect(checkPosition(logOf(record(4n), record(5n)), position, bounds)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(what) })
  })
})

describe('what was folded', () => {
  const folded = new Map([
    [0, 5n],
    [1, 0n],
  ])
  const whole = { low: 0n, next: 5n }

  it('may be all there is, or less', () => {
    expect(() =>
      checkNothingVanished(
        folded,
        new Map([
          [0, whole],
          [1, { low: 0n, next: 7n }],
        ]),
      ),
    ).not.toThrow()
  })

  it.each([
    ['the log ends earlier', { low: 0n, next: 4n }],
    ['the log begins later', { low: 6n, next: 9n }],
    ['the partition is gone', undefined],
  ])('has vanished when %s', (_how, held) => {
    const bounds = new Map([[1, whole]])
    if (held !== undefined) bounds.set(0, held)
    expect(() => checkNothingVanished(folded, bounds)).toThrow(/\[0\].*folded up to 5/)
  })
})
