import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts'
import { WINDOW_MS, windowAt } from '../window/window.ts'
import {
  type BackfillProgress,
  backfillRisk,
  CHUNK_MS_MAX,
  callsLeft,
  chunksOf,
  cliffAt,
  cliffRisk,
  estimateBackfill,
  SLICE_WINDOWS_MAX,
  sliceOf,
  splitAtCliff,
} from './backfill.ts'

const NOW = Date.UTC(2026, 6, 1, 0, 2, 30)
const HISTORY = 180 * DAY
const CLIFF = Date.UTC(2026, 0, 2, 0, 5)
const FROM = CLIFF + DAY
const progress = (changes: Partial<BackfillProgress> = {}): BackfillProgress => ({
  from: FROM,
  to: FROM + 30 * DAY,
  readTo: FROM,
  callsListed: 0,
  callsExpected: null,
  failures: 0,
  ...changes,
})

describe('the cliff', () => {
  it('is the oldest window that can still be read in whole', () => {
    expect(cliffAt(NOW, HISTORY)).toBe(CLIFF)
    expect(cliffAt(CLIFF + HISTORY - 1, HISTORY)).toBe(CLIFF)
    expect(cliffAt(CLIFF + HISTORY, HISTORY)).toBe(CLIFF + WINDOW_MS)
  })

  it.each([
    ['a range after it', { from: CLIFF, to: CLIFF + DAY }, { reachable: { from: CLIFF, to: CLIFF + DAY }, beyond: null }],
    ['a range across it', { from: CLIFF - DAY, to: CLIFF + DAY }, { reachable: { from: CLIFF, to: CLIFF + DAY }, beyond: { from: CLIFF - DAY, to: CLIFF } }],
    ['a range that ends at it', { from: CLIFF - DAY, to: CLIFF }, { reachable: null, beyond: { from: CLIFF - DAY, to: CLIFF } }],
  ])('splits %s', (_, range, expected) => expect(splitAtCliff(range, NOW, HISTORY)).toEqual(expected))
})

describe('chunks', () => {
  it('are the range, in order, none longer than one query may span', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 * DAY }), (length) => {
        const chunks = chunksOf({ from: FROM, to: FROM + length })
        expect(chunks[0]?.from).toBe(FROM)
        expect(chunks.at(-1)?.to).toBe(FROM + length)
        for (const [nth, { from, to }] of chunks.entries()) {
          expect(to - from).toBeLessThanOrEqual(CHUNK_MS_MAX)
          expect(from).toBe(nth === 0 ? FROM : chunks[nth - 1]?.to)
          expect(to).toBeGreaterThan(from)
        }
      }),
    )
  })
})

describe('a slice', () => {
  it.each<[string, Partial<BackfillProgress>, number]>([
    ['is a day where no call is known of', {}, SLICE_WINDOWS_MAX],
    ['is a day where there are few', { callsExpected: 3_000 }, SLICE_WINDOWS_MAX],
    ['is as many windows as promise a thousand calls', { callsExpected: 30 * 288 * 100 }, 10],
    ['is one window where that holds more', { callsExpected: 30 * 288 * 4_500 }, 1],
    ['goes by what was read, once a day was', { readTo: FROM + DAY, callsListed: 288 * 500, callsExpected: 0 }, 2],
    ['is half after a failure', { callsExpected: 30 * 288 * 100, failures: 1 }, 5],
    ['is one window after many', { failures: 20 }, 1],
  ])('%s', (_, changes, windows) => {
    const { from, to } = sliceOf(progress(changes))
    expect((to - from) / WINDOW_MS).toBe(windows)
  })

  it('ends with the range', () => expect(sliceOf(progress({ readTo: FROM + 30 * DAY - HOUR })).to).toBe(FROM + 30 * DAY))

  it('begins where reading stopped, in the middle of a window too, and ends with one', () => {
    const readTo = FROM + 7 * MINUTE + 13 * SECOND
    expect(sliceOf(progress({ readTo, failures: 20 }))).toEqual({ from: readTo, to: FROM + 2 * WINDOW_MS })
  })

  it('leads to the end of any range in steps that are never empty and leave nothing out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.array(fc.nat(10_000), { minLength: 1, maxLength: 50 }), (windows, counts) => {
        let state = progress({ to: FROM + windows * WINDOW_MS })
        for (let nth = 0; state.readTo < state.to; nth += 1) {
          const slice = sliceOf(state)
          expect(slice.from).toBe(state.readTo)
          expect(slice.to).toBeGreaterThan(slice.from)
          expect(slice.to).toBe(windowAt(slice.to).from)
          state = { ...state, readTo: slice.to, callsListed: state.callsListed + (counts[nth % counts.length] ?? 0) }
        }
        expect(state.readTo).toBe(state.to)
      }),
      { numRuns: 30 },
    )
  })
})

describe('the estimate', () => {
  it('is the pages of the calls, a page more for each slice, and the same again to close', () => {
    expect(estimateBackfill(progress(), 100_000, 50)).toEqual({ requests: 1_100, closingRequests: 1_100, durationMsMin: 44 * MINUTE })
  })
  it('is a request a day where there is no call', () => expect(estimateBackfill(progress(), 0, 50).requests).toBe(30))
  it('counts what is left', () => expect(estimateBackfill(progress({ readTo: FROM + 29 * DAY }), 50, 50).requests).toBe(2))

  it.each<[string, Partial<BackfillProgress>, number | null]>([
    ['what Exotel counted, less what was listed', { callsExpected: 1_000, callsListed: 300, readTo: FROM + DAY }, 700],
    ['what density promises where Exotel counted too few', { callsExpected: 100, callsListed: 300, readTo: FROM + DAY }, 29 * 300],
    ['what density promises where Exotel counted nothing', { callsListed: 300, readTo: FROM + DAY }, 29 * 300],
    ['none at the end', { callsExpected: 1_000, callsListed: 300, readTo: FROM + 30 * DAY }, 0],
    ['unknown before the beginning', {}, null],
  ])('calls left are %s', (_, changes, expected) => expect(callsLeft(progress(changes))).toBe(expected))
})

describe('calls that will fall off the cliff', () => {
  const risk = (changes: Partial<BackfillProgress>, requestsLeft: number, ratePerMinute: number) =>
    cliffRisk(NOW, progress(changes), { requestsLeft, ratePerMinute, historyMs: HISTORY })

  it('are none while reading goes faster than time', () => expect(risk({ callsExpected: 1_000_000 }, 10_000, 50)).toBeNull())
  it('are none where the end is reached before the cliff is', () => expect(risk({ readTo: FROM + 29 * DAY }, 50 * 60 * 24 * 2, 50)).toBeNull())
  it('are none once all is read', () => expect(risk({ readTo: FROM + 30 * DAY }, 10, 1)).toBeNull())

  it('begin where the cliff catches up with the reading', () => {
    const found = risk({ callsExpected: 60_000 }, 50 * 60 * 24 * 60, 50)
    // Half as fast as time, a day (and some minutes) ahead of the cliff: caught after two days, one day further on.
    expect(found?.from).toBeGreaterThan(FROM + DAY - 10 * MINUTE)
    expect(found?.from).toBeLessThan(FROM + DAY + 10 * MINUTE)
    expect(found?.at).toBeGreaterThan(NOW + 2 * DAY - 20 * MINUTE)
    expect(found?.callsLost).toBeGreaterThan(28_900)
    expect(found?.callsLost).toBeLessThan(29_100)
  })

  it('are all of them where no budget is left', () => expect(risk({ callsExpected: 1_000 }, 10, 0)).toMatchObject({ from: FROM, callsLost: 1_000 }))
  it('are there at once where the cliff is past the reading', () => expect(risk({ readTo: CLIFF - DAY, from: CLIFF - DAY }, 10, 50)).toMatchObject({ at: NOW }))

  it.each([
    ['what the budget allows, at first', 9 * MINUTE, 0, false],
    ['what it got, after ten minutes', 10 * MINUTE, 0, true],
    ['what it got, if that is enough', 10 * MINUTE, 500, false],
  ])('are reckoned by %s', (_, ageMs, requests, isRisk) => {
    const backfill = { ...progress({ callsExpected: 100_000 }), requestedAt: NOW - ageMs, requests }
    expect(backfillRisk(NOW, backfill, { budgetPerMinute: 50, historyMs: HISTORY }) !== null).toBe(isRisk)
  })

  it('are reckoned by how many calls are left to read', () => {
    const riskOf = (callsExpected: number) => backfillRisk(NOW, { ...progress({ callsExpected }), requestedAt: NOW, requests: 0 }, { budgetPerMinute: 1, historyMs: HISTORY })
    expect(riskOf(100_000)).toBeNull()
    expect(riskOf(10_000_000)).not.toBeNull()
  })

  it('are never fewer with less budget', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 1_000 }), (requestsLeft, a, b) => {
        const lost = (rate: number) => risk({ callsExpected: 1_000_000 }, requestsLeft, rate)?.callsLost ?? 0
        expect(lost(Math.min(a, b))).toBeGreaterThanOrEqual(lost(Math.max(a, b)))
      }),
    )
  })
})
