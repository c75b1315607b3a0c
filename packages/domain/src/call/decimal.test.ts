import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDecimal } from './decimal.ts'

describe('decimals', () => {
  it('order as the numbers they write', () => {
    const tenths = fc.integer({ min: -100_000, max: 100_000 })
    const text = (n: number): string => `${n < 0 ? '-' : ''}${Math.trunc(Math.abs(n) / 10)}.${Math.abs(n) % 10}`
    fc.assert(fc.property(tenths, tenths, (a, b) => Math.sign(compareDecimal(text(a), text(b))) === Math.sign(a - b)))
  })

  it.each([
    ['9', '10.25', -1],
    ['1.5', '1.50', 0],
    ['0.1', '0.09', 1],
    ['-2', '1', -1],
    ['-2', '-3', 1],
    ['100000000000000000000.1', '100000000000000000000.2', -1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareDecimal(a, b))).toBe(sign)
  })
})
