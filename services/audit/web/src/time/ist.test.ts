import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, daysBetween, dayText, dayTextLong, fromIstField, istClock, istDate, istDay, istMinute, spanOfDay, toIstField, utcText } from './ist.ts'

describe('a time', () => {
  it('is read in IST, and its UTC can be seen', () => {
    const at = '2026-11-24T20:05:12.345Z'
    expect([istDate(at), istClock(at), istMinute(at), istDay(at), utcText(at)]).toEqual(['25 Nov 2026', '01:35:12', '01:35', '2026-11-25', '24 Nov 2026, 20:05:12 UTC'])
  })

  it('typed into a field means IST', () => {
    expect(fromIstField('2026-11-25T01:35')).toBe('2026-11-24T20:05:00.000Z')
    expect(fromIstField('2026-11-25T01:35:12')).toBe('2026-11-24T20:05:12.000Z')
    expect(fromIstField('')).toBeNull()
  })

  it('is in the day whose span holds it', () =>
    fc.assert(
      fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
        const at = date.toISOString()
        const { from, to } = spanOfDay(istDay(at))
        expect(from <= at && at < to).toBe(true)
        expect(fromIstField(toIstField(at))?.slice(0, 19)).toBe(at.slice(0, 19))
        expect(spanOfDay(addDays(istDay(at), 1)).from).toBe(to)
        expect(daysBetween(istDay(at), addDays(istDay(at), 364))).toBe(365)
      }),
    ))

  it('of a day is said with its weekday', () => expect([dayText('2026-02-01'), dayTextLong('2026-02-01')]).toEqual(['1 Feb 2026', 'Sunday, 1 February 2026']))
})
