import { DAY } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { backfillLines, type ShownBackfill } from './backfill-lines.ts'

const FROM = Date.UTC(2026, 0, 1)
const backfill: ShownBackfill = {
  id: 'b',
  account: 'acme',
  requestedAt: FROM,
  requestedFrom: FROM,
  from: FROM,
  to: FROM + 10 * DAY,
  readTo: FROM + DAY,
  aloneTo: FROM + 10 * DAY,
  state: 'reading',
  beganAt: FROM,
  endedAt: null,
  callsExpected: 1_000,
  requests: 9,
  callsListed: 250,
  callsFound: 240,
  failures: 0,
  windowsSkipped: 0,
  lostTo: null,
  risk: null,
  trouble: null,
}

describe('a backfill in the status', () => {
  it.each<[string, Partial<ShownBackfill>, string]>([
    ['one that goes on', {}, '2026-01-01T00:00:00Z to 2026-01-11T00:00:00Z: reading, read to 2026-01-02T00:00:00Z; 250 of about 1000 calls, 240 found'],
    ['one that is done', { state: 'done', trouble: 'old' }, '2026-01-01T00:00:00Z to 2026-01-11T00:00:00Z: done; 250 calls, 240 found'],
    [
      'what was beyond history',
      { requestedFrom: FROM - DAY },
      '2025-12-31T00:00:00Z to 2026-01-11T00:00:00Z: reading, read to 2026-01-02T00:00:00Z; 250 of about 1000 calls, 240 found; before 2026-01-01T00:00:00Z beyond history',
    ],
  ])('%s', (_, changes, line) => expect(backfillLines([{ ...backfill, ...changes }])).toEqual([line]))

  it('is loud about what is lost or will be', () =>
    expect(
      backfillLines([{ ...backfill, lostTo: FROM + DAY, risk: { callsLost: 70, from: FROM + 2 * DAY, at: FROM + 3 * DAY }, windowsSkipped: 2, trouble: 'HTTP 502' }])[0],
    ).toContain(
      '; LOST before 2026-01-02T00:00:00Z; AT RISK: about 70 calls from 2026-01-03T00:00:00Z on will be forgotten by Exotel before they are read; 2 windows skipped; HTTP 502',
    ))
})
