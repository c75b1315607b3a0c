import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalDecimal } from './canonical-decimal.ts'

describe('the canonical spelling of a decimal', () => {
  it.each([
    ['17', '17'],
    ['017', '17'],
    ['0', '0'],
    ['-0.00', '0'],
    ['1.500', '1.5'],
    ['0.300030', '0.30003'],
    ['.5', null],
    ['5.', '5'],
    ['+2', '2'],
    ['-1.20', '-1.2'],
    ['1e-7', '0.0000001'],
    ['1.5e+3', '1500'],
    ['1e99', null],
    ['12s', null],
    ['NaN', null],
    ['1,5', null],
    ['', null],
    ['1:', null],
    ['/1', null],
    ['00', '0'],
  ])('of %s is %s', (text, expected) => expect(canonicalDecimal(text)).toBe(expected))

  it('keeps the number, and is its own canonical spelling', () =>
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (number) => {
        const text = canonicalDecimal(String(number))
        fc.pre(text !== null)
        expect(Number(text)).toBe(number === 0 ? 0 : number)
        expect(canonicalDecimal(text ?? '')).toBe(text)
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
      }),
    ))

  it('is the same for a whole number and for the same with a point', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0012345678999'), minLength: 1, maxLength: 42, size: 'max' })
    fc.assert(
      fc.property(digits, (whole) => {
        expect(canonicalDecimal(whole)).toBe(canonicalDecimal(`${whole}.0`))
      }),
      { numRuns: 500 },
    )
  })

  it('is the same for every spelling of one number', () =>
    fc.assert(
      fc.property(fc.nat(), fc.nat(6), fc.nat(4), fc.nat(4), (digits, places, zerosBefore, zerosAfter) => {
        const padded = String(digits).padStart(places + 1, '0')
        const plain = `${padded.slice(0, padded.length - places)}.${padded.slice(padded.length - places)}`
        expect(canonicalDecimal('0'.repeat(zerosBefore) + plain + '0'.repeat(zerosAfter))).toBe(canonicalDecimal(plain))
      }),
    ))
})
