import { canonicalTime } from '@rollcall/domain/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CANONICAL_TIMES_MAX, canonicalTimeOf, formatVendorTime, instantOf, readVendorTime, type VendorTime } from './vendor-time.ts'

const INDIA = 330
const utc = (text: string) => Date.parse(text)
const inIndia = (text: string) => instantOf(readVendorTime(text) as VendorTime, INDIA)

describe("Exotel's times", () => {
  it.each([
    ['2017-03-03 10:48:33', '2017-03-03T05:18:33Z'],
    ['Wed, 23 Feb 2022 12:31:59', '2022-02-23T07:01:59Z'],
    ['23 Feb 2022 12:31:59', '2022-02-23T07:01:59Z'],
    ['2022-11-03 22:54:40+05:30', '2022-11-03T17:24:40Z'],
    ['2026-09-28T14:31:08+05:30', '2026-09-28T09:01:08Z'],
    ['2018-08-22T15:19:23Z', '2018-08-22T15:19:23Z'],
    ['2024-06-15T10:30:00.250Z', '2024-06-15T10:30:00.250Z'],
    ['Wed, 23 Feb 2022 12:31:59 GMT', '2022-02-23T12:31:59Z'],
    ['2024-02-29 00:00:00', '2024-02-28T18:30:00Z'],
    ['Wed, 23 Feb 2022 12:31:59 UTC', '2022-02-23T12:31:59Z'],
    ['Wed, 23 Feb 2022 12:31:59 +0530', '2022-02-23T07:01:59Z'],
    ['Wed, 23 Feb 2022 12:31:59 -0800', '2022-02-23T20:31:59Z'],
    ['2024-01-15T14:25:10', '2024-01-15T08:55:10Z'],
    ['2024-01-15 14:25:10 +0530', '2024-01-15T08:55:10Z'],
    ['2024-01-15T14:25:10-03:30', '2024-01-15T17:55:10Z'],
    ['2024-01-15T14:25:10+00:00', '2024-01-15T14:25:10Z'],
    ['2024-01-15T14:25:10.5Z', '2024-01-15T14:25:10.500Z'],
    ['2024-01-15T14:25:10.123999999Z', '2024-01-15T14:25:10.123Z'],
    ['1971-01-01 00:00:00', '1970-12-31T18:30:00Z'],
    ['2099-12-31 23:59:59', '2099-12-31T18:29:59Z'],
    ['2023-12-31 23:59:59', '2023-12-31T18:29:59Z'],
  ])('%s is %s', (text, expected) => expect(inIndia(text)).toBe(utc(expected)))

  it.each(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, month) => ({ name, month })))(
    'know the month of $name',
    ({ name, month }) =>
      expect([readVendorTime(`5 ${name} 2022 12:00:00 GMT`), readVendorTime(`05 ${name.toUpperCase()} 2022 12:00:00 GMT`)]).toEqual(Array(2).fill(Date.UTC(2022, month, 5, 12))),
  )

  it('are the same with a blank as with a T, also where there is no such time', () => {
    const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
    const near = (from: number, to: number) =>
      fc.oneof(
        fc.integer({ min: from, max: to }).map((value) => String(value).padStart(2, '0')),
        digits(2),
      )
    const year = fc.oneof(fc.integer({ min: 1969, max: 2101 }).map(String), digits(4))
    fc.assert(
      fc.property(year, near(1, 12), near(1, 31), near(0, 23), near(0, 59), near(0, 59), (y, month, day, hour, minute, second) => {
        const [date, clock] = [`${y}-${month}-${day}`, `${hour}:${minute}:${second}`]
        expect(readVendorTime(`${date} ${clock}`)).toEqual(readVendorTime(`${date}T${clock}`))
      }),
      { numRuns: 1_000 },
    )
  })

  it('are nothing with one character that is another', () =>
    fc.assert(
      fc.property(
        fc.nat({ max: 18 }),
        fc.oneof(fc.constantFrom('/', ':', 'a', '٣', 'O', '.', '-', ' '), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })),
        (place, other) => {
          const plain = '2024-01-15 14:25:10'
          fc.pre(!/[0-9T]/.test(other) && other !== plain[place])
          expect(readVendorTime(plain.slice(0, place) + other + plain.slice(place + 1))).toBe('unreadable')
        },
      ),
      { numRuns: 500 },
    ))

  it('have the one canonical text of their moment, however many were written before', () => {
    for (const offset of [INDIA, -60, 0])
      for (let nth = 0; nth <= CANONICAL_TIMES_MAX; nth += 1) {
        const at = utc('2026-01-01T00:00:00Z') + nth * 1_000
        expect(canonicalTimeOf(nth % 2 === 0 ? at : { wall: at + offset * 60_000 }, offset)).toBe(canonicalTime(at))
      }
  })

  it.each(['1970-12-31 23:59:59', '1970-01-01 05:30:00', '1970-01-01 05:30:00+05:30', '0001-01-01T00:00:00Z', '0000-00-00 00:00:00', 'Thu, 01 Jan 1970 05:30:00'])(
    '%s means "not yet"',
    (text) => expect(readVendorTime(text)).toBe('unset'),
  )

  it.each([
    '2023-02-29 00:00:00',
    '2024-13-01 00:00:00',
    '2024-01-01 24:00:00',
    '2024-01-01',
    'yesterday',
    '1700000000',
    '2100-01-01 00:00:00',
    'Wed, 23 Foo 2022 12:31:59',
    '2024-00-10 00:00:00',
    '2024-01-00 00:00:00',
    '2024-01-01 00:60:00',
    '2024-01-01 00:00:60',
    '2024-01-01 00:00:00 IST',
    '2024-1-1 00:00:00',
    ' 2024-01-01 00:00:00',
  ])('%s is not read as anything', (text) => expect(readVendorTime(text)).toBe('unreadable'))

  it('written and read again are the same second', () =>
    fc.assert(
      fc.property(fc.integer({ min: utc('1972-01-01T00:00:00Z') / 1000, max: utc('2099-12-30T00:00:00Z') / 1000 }), (seconds) => {
        expect(inIndia(formatVendorTime(seconds * 1000, INDIA))).toBe(seconds * 1000)
        expect(inIndia(formatVendorTime(seconds * 1000 + 999, INDIA))).toBe(seconds * 1000)
      }),
    ))

  it.each([
    ['2017-03-03 10:48:33', 0, '2017-03-03T10:48:33Z'],
    ['2017-03-03 10:48:33', 480, '2017-03-03T02:48:33Z'],
    ['Wed, 23 Feb 2022 12:31:59', -300, '2022-02-23T17:31:59Z'],
    ['2022-11-03 22:54:40+05:30', 480, '2022-11-03T17:24:40Z'],
  ])('%s, where nothing else is said %i minutes east of UTC, is %s', (text, offset, expected) => expect(instantOf(readVendorTime(text) as VendorTime, offset)).toBe(utc(expected)))
})
