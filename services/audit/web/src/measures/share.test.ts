import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counted, countText, shareText } from './share.ts'

describe('a share', () => {
  it('says 100 % of all and of nothing less', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 0, max: 1e9 }),
        (whole, lacking) => void expect(shareText(Math.max(0, whole - lacking), whole) === '100 %').toBe(lacking === 0),
      ),
    ))

  it.each([
    [999_999_999, 1_000_000_000, '99.99 %'],
    [1, 3, '33.33 %'],
    [0, 3, '0.00 %'],
    [29, 100, '29.00 %'],
    [0, 0, null],
  ])('of %d in %d is %s', (part, whole, text) => expect(shareText(part, whole)).toBe(text))
})

it('a count has its thousands apart', () =>
  expect([countText(0), countText(999), countText(1_000), countText(12_345_678), counted(1, 'call'), counted(2_000, 'call')]).toEqual([
    '0',
    '999',
    '1,000',
    '12,345,678',
    '1 call',
    '2,000 calls',
  ]))
