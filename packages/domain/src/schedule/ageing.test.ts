import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY as policy } from '../testing/schedule-policy.ts'
import { DAY, HOUR, MINUTE } from '../time.ts'
import { WINDOW_MS, windowAt } from '../window/window.ts'
import { AGEING_AFTER_MS, ageingRanges } from './ageing.ts'

const NOW = Date.UTC(2026, 6, 1, 12)
const CLOSABLE_AFTER = WINDOW_MS + 4 * HOUR + 10 * MINUTE
const rangeOf = (from: number, now = NOW) => ageingRanges(now, policy).filter((range) => from >= range.from && from < range.to)

describe('a window that is final', () => {
  it.each([
    ['a day', 1],
    ['a week', 7],
    ['a month', 31],
    ['three months', 91],
  ])('is looked at again %s after it could close, not a moment before', (_, days) => {
    const { from } = windowAt(NOW)
    const due = from + CLOSABLE_AFTER + days * DAY
    expect(rangeOf(from, due)).toMatchObject([{ lookAfterMs: CLOSABLE_AFTER + days * DAY }])
    expect(rangeOf(from, due - 1)).not.toMatchObject([{ lookAfterMs: CLOSABLE_AFTER + days * DAY }])
  })

  it('is not looked at in its first day, nor once Exotel has forgotten it', () => {
    const { from } = windowAt(NOW)
    expect(rangeOf(from, from + CLOSABLE_AFTER + DAY - 1)).toEqual([])
    expect(rangeOf(from, from + policy.historyMs - 1)).toHaveLength(1)
    expect(rangeOf(from, from + policy.historyMs)).toEqual([])
  })

  it('is in one range at a time, of its latest look; the ranges follow each other, oldest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: policy.historyMs + 10 * DAY }), (age) => {
        const { from } = windowAt(NOW - age)
        const latest = AGEING_AFTER_MS.findLast((after) => from + CLOSABLE_AFTER + after <= NOW)
        const isKnown = from > NOW - policy.historyMs
        expect(rangeOf(from).map(({ lookAfterMs }) => lookAfterMs)).toEqual(latest === undefined || !isKnown ? [] : [CLOSABLE_AFTER + latest])
      }),
    )
    const ranges = ageingRanges(NOW, policy)
    expect(ranges.map(({ from }) => from)).toEqual([windowAt(NOW - policy.historyMs).from + WINDOW_MS, ...ranges.slice(0, -1).map(({ to }) => to)])
  })
})
