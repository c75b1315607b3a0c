import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDecimal } from './decimal.ts'
import { sumDecimals } from './sum-decimals.ts'

const cents = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
const written = (value: bigint): string => {
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

describe('a sum of decimals', () => {
  it('is exact, however large they are', () => {
    fc.assert(
      fc.property(fc.array(cents), (values) => {
        const sum = values.reduce((total, value) => total + value, 0n)
        expect(compareDecimal(sumDecimals(values.map(written)), sum === 0n ? '0' : written(sum))).toBe(0)
      }),
    )
  })

  it.each([
    [['0.1', '0.2'], '0.3'],
    [['1.10', '2'], '3.1'],
    [['-0.5', '0.25'], '-0.25'],
    [['-0.0', '0'], '0'],
    [['99.995', '0.005'], '100'],
    [[], '0'],
    [['9007199254740993', '0.000000001'], '9007199254740993.000000001'],
  ] as const)('of %j is %s', (values, sum) => expect(sumDecimals(values)).toBe(sum))

  it.each(['', '1e3', '.5', '1.', 'NaN', '+1'])('has no part like "%s"', (value) => expect(() => sumDecimals(['1', value])).toThrow(RangeError))
})
