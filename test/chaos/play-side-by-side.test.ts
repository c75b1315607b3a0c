import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sharesOf } from './play-side-by-side.ts'

describe('the rounds of stacks side by side', () => {
  it('are each played once, by shares that differ by one at most', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(2_000), fc.integer({ min: 1, max: 8 }), (from, rounds, count) => {
        const shares = sharesOf({ from, rounds }, count)
        const played = shares.flatMap((share) => Array.from({ length: share.rounds }, (_, index) => share.from + index))
        expect(played).toEqual(Array.from({ length: rounds }, (_, index) => from + index))
        const sizes = shares.map((share) => share.rounds)
        if (rounds >= count) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
