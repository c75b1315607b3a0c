import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../time.ts'
import { exponentialLengths, lengthsOf } from './call-lengths.ts'
import { callsHeld, capacityOf, type Demand, type LaneSettings, RPO_GOAL_MS, RPO_MS, requestsNeeded } from './capacity.ts'

const usual = exponentialLengths(2 * MINUTE)
const withLong = exponentialLengths(2 * MINUTE, { share: 0.02, fromMs: 15 * MINUTE, toMs: 4 * HOUR })
const LANES: LaneSettings = {
  policy: { trailingPassesMs: [-2 * MINUTE, MINUTE, 4 * MINUTE], maximumCallMs: 4 * HOUR, sweepEveryMs: 5 * MINUTE, listLagMs: 2 * MINUTE },
  bandRatio: 1.25,
  takesDuration: true,
  rescanShare: 0.8,
  chasePerCall: 0,
  checksPerMinute: 0,
  slotMs: 20 * SECOND,
  scanMs: MINUTE,
}
const passes = (...minutes: readonly number[]): LaneSettings => ({ ...LANES, policy: { ...LANES.policy, trailingPassesMs: minutes.map((minute) => minute * MINUTE) } })
/** Of a quarter of 200 a minute. */
const QUARTER = 49
const demandAt = (lanes: LaneSettings, lengths = usual, callsPerSecond = 15): Demand => capacityOf({ callsPerSecond, lengths }, lanes, QUARTER, RPO_MS).demand
const perSweep = (lanes: LaneSettings, lengths = usual): number => Math.round(demandAt(lanes, lengths).sweep * 5)

describe('what 15 calls a second of two minutes cost', () => {
  it.each<[string, number, number]>([
    ['two finalising scans of each window', demandAt(LANES).finalise, 18.4],
    ['passes when a window is 3, 6 and 9 minutes old', demandAt(LANES).trailing, 19],
    ['passes one, three and six minutes after its end', demandAt(passes(1, 3, 6)).trailing, 25],
    ['a sweep of the ages from nine minutes on', perSweep(LANES), 29],
    ['the same where one call in fifty is long', perSweep(LANES, withLong), 37],
    ['a sweep of the ages from six minutes on', perSweep(passes(-2, 1)), 57],
    ['the same where one call in fifty is long', perSweep(passes(-2, 1), withLong), 65],
    ['everything', demandAt(LANES, withLong).total, 44.4],
  ])('%s', (_what, requests, expected) => expect(requests).toBeCloseTo(expected, 5))

  it('is what counting them one by one gives', () => {
    const lengthsMs = [0, 20 * SECOND, 50 * SECOND, 90 * SECOND, 3 * MINUTE, 8 * MINUTE, 9 * MINUTE, 40 * MINUTE]
    const lengths = lengthsOf(Array.from({ length: 10 }, () => lengthsMs).flat())
    // A call of each length each second.
    const listed = (youngest: number, oldest: number): number =>
      Array.from({ length: (oldest - youngest) / SECOND }, (_, nth) => youngest + (nth + 0.5) * SECOND).flatMap((age) => lengthsMs.filter((length) => length < age)).length
    const requests = [listed(0, 3 * MINUTE), listed(MINUTE, 6 * MINUTE), listed(4 * MINUTE, 9 * MINUTE)].map((rows) => Math.ceil(rows / 100) + 1)
    const { demand } = capacityOf({ callsPerSecond: lengthsMs.length, lengths }, LANES, 1_000, RPO_MS)
    expect(Math.abs(demand.trailing * 5 - requests.reduce((sum, each) => sum + each))).toBeLessThanOrEqual(1)
  })
})

describe('a quarter of 200 requests a minute', () => {
  it('holds 15 calls a second, long ones among them, as fast as we aim at', () => {
    const capacity = capacityOf({ callsPerSecond: 15, lengths: withLong }, LANES, QUARTER, RPO_GOAL_MS)
    expect(capacity).toMatchObject({ holds: true, passesShed: 0 })
    expect(capacity.worst?.shortMs).toBeLessThan(8 * MINUTE)
    expect(capacity.worst?.longMs).toBeLessThan(RPO_GOAL_MS)
  })

  it('holds more where the earliest passes are left out, and the RPO of 20 minutes is all that is asked', () => {
    expect(capacityOf({ callsPerSecond: 20, lengths: withLong }, LANES, QUARTER, RPO_MS)).toMatchObject({ holds: true, passesShed: 2 })
    expect(capacityOf({ callsPerSecond: 25, lengths: withLong }, LANES, QUARTER, RPO_MS)).toMatchObject({ holds: false, worst: null })
  })

  it('does not hold long calls where the list takes no Duration filter, and says what plain rescans can do', () => {
    const plain = { ...LANES, takesDuration: false }
    const { holds, worst } = capacityOf({ callsPerSecond: 15, lengths: withLong }, plain, QUARTER, RPO_MS)
    expect(holds).toBe(false)
    expect(worst?.longMs).toBeGreaterThan(HOUR)
    expect(callsHeld(withLong, plain, QUARTER, RPO_MS)).toBeCloseTo(3.6, 1)
    expect(callsHeld(withLong, { ...plain, rescanShare: 0.4 }, QUARTER, RPO_MS)).toBeLessThan(2.6)
  })
})

describe('the chase', () => {
  const chasing = { ...LANES, chasePerCall: 0.016, checksPerMinute: 1 }

  it('costs what its calls want', () => expect(demandAt({ ...chasing, chasePerCall: 0.004 }, withLong, 1).chase).toBeCloseTo(1 + 0.24, 5))

  it('takes no more than a tenth of what the scans take, which leave out their earliest pass for it only where the budget is short', () => {
    const wanting = { ...chasing, chasePerCall: 1 }
    expect(capacityOf({ callsPerSecond: 15, lengths: withLong }, wanting, QUARTER, RPO_MS)).toMatchObject({ holds: true, passesShed: 1 })
    expect(demandAt(wanting, withLong).chase).toBeCloseTo(1 + 0.1 * 41.6, 5)
    expect(capacityOf({ callsPerSecond: 15, lengths: withLong }, wanting, QUARTER * 2, RPO_MS)).toMatchObject({ holds: true, passesShed: 0 })
  })
})

describe('where bands hold few rows', () => {
  it('costs two requests a sweep, not two for each band', () => expect(Math.round(demandAt(LANES, usual, 1 / 60).sweep * 5)).toBe(2))
})

describe('capacity', () => {
  const load = fc.record({ callsPerSecond: fc.double({ min: 0, max: 60, noNaN: true }), lengths: fc.constantFrom(usual, withLong) })
  const lanes = fc
    .record({ takesDuration: fc.boolean(), passes: fc.constantFrom([-2, 1, 4], [1, 3, 6], [1]) })
    .map((given) => ({ ...passes(...given.passes), takesDuration: given.takesDuration }))
  const rate = fc.double({ min: 2, max: 400, noNaN: true })
  const rpo = fc.constantFrom(RPO_MS, RPO_GOAL_MS)

  it('that holds still holds with more requests, fewer calls or more time', () => {
    fc.assert(
      fc.property(load, lanes, rate, rpo, fc.double({ min: 1, max: 3, noNaN: true }), (calls, settings, requests, rpoMs, factor) => {
        if (!capacityOf(calls, settings, requests, rpoMs).holds) return
        expect(capacityOf(calls, settings, requests * factor, rpoMs).holds).toBe(true)
        expect(capacityOf({ ...calls, callsPerSecond: calls.callsPerSecond / factor }, settings, requests, rpoMs).holds).toBe(true)
        expect(capacityOf(calls, settings, requests, rpoMs * factor).holds).toBe(true)
      }),
    )
  })

  it('that is needed holds, and a little less does not', () => {
    fc.assert(
      fc.property(load, lanes, rpo, (calls, settings, rpoMs) => {
        const needed = requestsNeeded(calls, settings, rpoMs)
        if (needed === null) return
        expect(capacityOf(calls, settings, needed, rpoMs).holds).toBe(true)
        expect(capacityOf(calls, settings, needed * 0.999, rpoMs).holds).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  it('holds up to the calls that it names, and no more', () => {
    fc.assert(
      fc.property(lanes, rate, rpo, (settings, requests, rpoMs) => {
        const held = callsHeld(usual, settings, requests, rpoMs)
        expect(capacityOf({ callsPerSecond: held * 1.001 + 0.001, lengths: usual }, settings, requests, rpoMs).holds).toBe(false)
        if (held > 0) expect(capacityOf({ callsPerSecond: held * 0.999, lengths: usual }, settings, requests, rpoMs).holds).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('sheds no more passes than it must, and never the last', () => {
    fc.assert(
      fc.property(load, lanes, rate, (calls, settings, requests) => {
        const { holds, passesShed } = capacityOf(calls, settings, requests, RPO_MS)
        const passesMs = settings.policy.trailingPassesMs
        expect(passesShed).toBeLessThan(passesMs.length)
        if (!holds || passesShed === 0) return
        const withOneMore = { ...settings, policy: { ...settings.policy, trailingPassesMs: passesMs.slice(passesShed - 1) } }
        expect(capacityOf(calls, withOneMore, requests, RPO_MS).passesShed).toBe(1)
      }),
    )
  })
})
