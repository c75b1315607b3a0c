import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIst, readVendorTime } from './vendor-time.ts'

const utc = (text: string) => Date.parse(text)

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
  ])('%s is %s', (text, expected) => expect(readVendorTime(text)).toBe(utc(expected)))

  it.each(['1970-01-01 05:30:00', '1970-01-01 05:30:00+05:30', '0001-01-01T00:00:00Z', '0000-00-00 00:00:00', 'Thu, 01 Jan 1970 05:30:00'])('%s means "not yet"', (text) =>
    expect(readVendorTime(text)).toBe('unset'),
  )

  it.each(['2023-02-29 00:00:00', '2024-13-01 00:00:00', '2024-01-01 24:00:00', '2024-01-01', 'yesterday', '1700000000', '2100-01-01 00:00:00', 'Wed, 23 Foo 2022 12:31:59'])(
    '%s is not read as anything',
    (text) => expect(readVendorTime(text)).toBe('unreadable'),
  )

  it('written and read again are the same second', () =>
    fc.assert(
      fc.property(fc.integer({ min: utc('1972-01-01T00:00:00Z') / 1000, max: utc('2099-12-30T00:00:00Z') / 1000 }), (seconds) => {
        expect(readVendorTime(formatIst(seconds * 1000))).toBe(seconds * 1000)
        expect(readVendorTime(formatIst(seconds * 1000 + 999))).toBe(seconds * 1000)
      }),
    ))
})
