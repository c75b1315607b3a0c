import type { CliffRisk } from '@rollcall/domain/schedule/backfill'
import { DAY, MINUTE } from '@rollcall/domain/time'
import type { Backfill } from '@rollcall/store/reconcile/backfills'
import { describe, expect, it } from 'vitest'
import { backfillProgress, planText } from './backfill-text.ts'

const FROM = Date.UTC(2026, 0, 1)
const backfill: Backfill = {
  id: 'b',
  account: 'acme',
  requestedAt: FROM,
  requestedFrom: FROM,
  from: FROM,
  to: FROM + 10 * DAY,
  readTo: FROM + 2 * DAY,
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
  trouble: null,
}
const begun = { at: FROM, share: 0.05 }
const progress = (changes: Partial<Backfill> = {}, risk: CliffRisk | null = null) => backfillProgress({ ...backfill, ...changes }, risk, begun, FROM + 10 * MINUTE)

describe('how far a backfill is', () => {
  it('goes by calls, and by the pace since it was first looked at', () =>
    expect(progress()).toEqual({ share: 0.25, text: '250 of about 1000 calls, 240 of them found, 9 requests, read to 2026-01-03T00:00:00.000Z', msLeft: 37.5 * MINUTE }))
  it('goes by time where there are no calls to go by', () => expect(progress({ callsExpected: null, callsListed: 0 })).toMatchObject({ share: 0.2 }))
  it('is all of it when it is done, however many calls there were', () => expect(progress({ state: 'done', readTo: FROM + 10 * DAY })).toMatchObject({ share: 1, msLeft: 0 }))
  it('says nothing of the time left before anything was done', () => expect(backfillProgress(backfill, null, { at: FROM, share: null }, FROM).msLeft).toBeNull())
  it('is loud about calls that will be forgotten, and says what is in the way', () => {
    const { text } = progress({ trouble: 'HTTP 502' }, { callsLost: 70, from: FROM + 3 * DAY, at: FROM + 4 * DAY })
    expect(text).toContain('; ABOUT 70 CALLS created from 2026-01-04T00:00:00.000Z on will be forgotten by Exotel before they are read; HTTP 502')
  })
})

describe('what a backfill will take', () => {
  const plan = { range: { from: FROM, to: FROM + DAY }, aloneTo: FROM + DAY, requests: 1 }
  it('is requests and time', () =>
    expect(
      planText({ ...plan, reachable: plan.range, beyond: null, callsExpected: 3_000, estimate: { requests: 34, closingRequests: 34, durationMsMin: 2 * MINUTE } }, 50),
    ).toEqual([
      '2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z (1 days): about 3000 calls, as Exotel counts them',
      'About 34 requests, and 34 to read the windows again before they are final; at 50 a minute that takes at least 2 minutes, longer where the RPO needs some of them',
    ]))
  it('is unknown where Exotel does not count, and nothing of what it has forgotten', () =>
    expect(planText({ ...plan, reachable: plan.range, beyond: { from: FROM - DAY, to: FROM }, callsExpected: null, estimate: null }, 50)).toEqual([
      '2025-12-31T00:00:00.000Z to 2026-01-01T00:00:00.000Z (1 days) is older than Exotel tells of: it is recorded as a gap, and not read',
      '2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z (1 days): Exotel does not say how many calls',
    ]))
})
