import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { istDayOf, istDayRange, istDaysBetween } from './ist-day.ts'
import { windowAt } from './window/window.ts'

describe('a day in India', () => {
  it.each([
    ['2026-11-23T18:29:59.999Z', '2026-11-23'],
    ['2026-11-23T18:30:00.000Z', '2026-11-24'],
    ['2026-12-31T18:30:00.000Z', '2027-01-01'],
    ['2028-02-28T18:30:00.000Z', '2028-02-29'],
  ])('at %s is %s', (at, day) => expect(istDayOf(Date.parse(at))).toBe(day))

  it('holds every moment that is in it, and begins where a window does', () =>
    fc.assert(
      fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
        const range = istDayRange(istDayOf(date.getTime()))
        expect(range.from <= date.getTime() && date.getTime() < range.to).toBe(true)
        expect([windowAt(range.from).from, windowAt(range.to).from]).toEqual([range.from, range.to])
      }),
    ))

  it('follows the one before', () => expect(istDaysBetween('2028-02-28', '2028-03-01')).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']))
  it('is none where the last is before the first', () => expect(istDaysBetween('2026-01-02', '2026-01-01')).toEqual([]))
})
