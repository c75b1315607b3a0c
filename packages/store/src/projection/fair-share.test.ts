import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fairShare } from './fair-share.ts'

const PARTITIONS = Array.from({ length: 12 }, (_, partition) => partition)
const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 15 })

describe('a fair share of the partitions', () => {
  it('gives every partition to exactly one member, and nearly as many to each', () => {
    fc.assert(
      fc.property(members, (all) => {
        const shares = all.map((me) => fairShare(PARTITIONS, all, me))
        const sizes = shares.map((share) => share.length)
        expect(shares.flat().toSorted((a, b) => a - b)).toEqual(PARTITIONS)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('does not depend on the order in which members are listed', () => {
    fc.assert(
      fc.property(members, (all) => {
        for (const me of all) expect(fairShare(PARTITIONS, all.toReversed(), me)).toEqual(fairShare(PARTITIONS, all, me))
      }),
    )
  })

  it('gives nothing to someone who is no member', () => {
    expect(fairShare(PARTITIONS, ['a'], 'b')).toEqual([])
  })
})
