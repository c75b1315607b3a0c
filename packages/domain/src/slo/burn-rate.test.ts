import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../time.ts'
import { BURN_TIMES_MS, budgetLeft, burning, burnRate, type FactCounts } from './burn-rate.ts'
import { OBJECTIVES } from './objectives.ts'

const OBJECTIVE = { share: 0.999 }
const counts = (facts: number, late: number): FactCounts => ({ facts, late, breached: 0 })
/** The same share of late facts in every time. */
const evenly = (perHour: number, share: number) => (ms: number) => counts((perHour * ms) / HOUR, ((perHour * ms) / HOUR) * share)
const names = (over: (ms: number) => FactCounts) => burning(over, OBJECTIVE).map(({ name }) => name)

describe('a burn rate', () => {
  it('is 1 where exactly the allowed share is late, and grows with it', () => {
    expect(burnRate(counts(100_000, 100), OBJECTIVE)).toBeCloseTo(1)
    expect(burnRate(counts(1_000, 1_000), OBJECTIVE)).toBeCloseTo(1_000)
    expect(burnRate(counts(1_000, 0), OBJECTIVE)).toBe(0)
    expect(burnRate(counts(0, 0), OBJECTIVE)).toBeNull()
  })

  it('leaves of the budget what it does not spend', () => {
    expect(budgetLeft(counts(10_000, 5), OBJECTIVE)).toBeCloseTo(0.5)
    expect(budgetLeft(counts(10_000, 20), OBJECTIVE)).toBeCloseTo(-1)
    expect(budgetLeft(counts(0, 0), OBJECTIVE)).toBeNull()
  })

  it('is looked at over 5 and 30 minutes, 1 and 6 hours, 3 and 30 days', () => expect(BURN_TIMES_MS).toEqual([5 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, 3 * DAY, 30 * DAY]))
})

describe('an alert', () => {
  it.each([
    ['as much as is allowed, all the time', 0.001, ['slow']],
    ['less than is allowed', 0.0009, []],
    ['six times as much', 0.006, ['steady', 'slow']],
    ['all too much', 0.0144, ['fast', 'steady', 'slow']],
  ])('at %s', (_, share, expected) => expect(names(evenly(10_000, share + 1e-12))).toEqual(expected))

  it('is over when it goes on no more, though the hour was bad', () =>
    expect(names((ms) => (ms <= 30 * MINUTE ? counts(500, 0) : ms === HOUR ? counts(1_000, 900) : counts(1_000_000, 900)))).toEqual([]))

  it('is none while it has only just begun to matter', () => expect(names((ms) => (ms === 5 * MINUTE ? counts(80, 80) : counts(100_000_000, 80)))).toEqual([]))

  it('is none of fewer than 50 facts: a late call at night', () => {
    expect(names(() => counts(49, 49))).toEqual([])
    expect(names(() => counts(50, 50))).toEqual(['fast', 'steady', 'slow'])
  })

  it('law: more late facts never end an alert', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 500 }), fc.nat({ max: 500 }), fc.nat({ max: 100 })), { minLength: 6, maxLength: 6 }), (times) => {
        const over = (more: boolean) => (ms: number) => {
          const [facts, late, extra] = times[BURN_TIMES_MS.indexOf(ms)] ?? [0, 0, 0]
          return counts(facts, Math.min(facts, late + (more ? extra : 0)))
        }
        const after = names(over(true))
        for (const name of names(over(false))) expect(after).toContain(name)
      }),
    )
  })
})

describe('the objectives', () => {
  it('are ten minutes of twenty, and for recordings half of five', () =>
    expect(OBJECTIVES).toEqual({
      ended: { withinMs: 600_000, share: 0.999, neverAboveMs: 1_200_000 },
      recorded: { withinMs: 150_000, share: 0.999, neverAboveMs: 300_000 },
    }))
})
