import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../time.ts'
import { ASSUMED_LENGTHS, type CallLengths, exponentialLengths, LENGTHS_SEEN_MIN, lengthsOf } from './call-lengths.ts'

const LONG = { share: 0.02, fromMs: 15 * MINUTE, toMs: 4 * HOUR }

describe('the share of calls that last longer than an age', () => {
  it.each<[string, CallLengths, number, number]>([
    ['all last longer than nothing', exponentialLengths(2 * MINUTE, LONG), 0, 1],
    ['a third lasts longer than the mean', exponentialLengths(2 * MINUTE), 2 * MINUTE, Math.exp(-1)],
    ['long calls outlast the usual ones', exponentialLengths(2 * MINUTE, LONG), HOUR, 0.02 * (3 / 3.75)],
    ['none is longer than the longest', exponentialLengths(2 * MINUTE, LONG), 4 * HOUR, 0.98 * Math.exp(-120)],
    ['what was seen counts as it was seen', lengthsOf(Array.from({ length: 25 }, () => [5 * SECOND, MINUTE, MINUTE, HOUR]).flat()), MINUTE, 0.25],
    ['a call just as long is not longer', lengthsOf(Array.from({ length: LENGTHS_SEEN_MIN }, () => MINUTE)), MINUTE, 0],
    ['too few tell nothing', lengthsOf(Array.from({ length: LENGTHS_SEEN_MIN - 1 }, () => HOUR)), 2 * MINUTE, ASSUMED_LENGTHS(2 * MINUTE)],
  ])('%s', (_rule, lengths, age, share) => expect(lengths(age)).toBeCloseTo(share, 10))

  it('never grows with the age and stays between 0 and 1', () => {
    const lengths = fc.oneof(
      fc
        .record({ mean: fc.integer({ min: SECOND, max: HOUR }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
        .map(({ mean, share }) => exponentialLengths(mean, { ...LONG, share })),
      fc.array(fc.nat(4 * HOUR), { maxLength: 2 * LENGTHS_SEEN_MIN }).map(lengthsOf),
    )
    fc.assert(
      fc.property(lengths, fc.nat(5 * HOUR), fc.nat(5 * HOUR), (share, age, more) => {
        expect(share(age)).toBeLessThanOrEqual(1)
        expect(share(age + more)).toBeLessThanOrEqual(share(age))
        expect(share(age + more)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
