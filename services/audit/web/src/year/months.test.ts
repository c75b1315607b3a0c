import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Move } from '../parts/roving.ts'
import { addDays, weekdayOf } from '../time/ist.ts'
import { dayAfter, firstDayOf, monthsOf } from './months.ts'

const days = fc.integer({ min: 11_000, max: 25_000 }).map((number) => new Date(number * 86_400_000).toISOString().slice(0, 10))

describe('the months of a year', () => {
  it('are twelve, and have every day once, in order, under its weekday', () =>
    fc.assert(
      fc.property(days, (last) => {
        const first = firstDayOf(last)
        const months = monthsOf(first, last)
        expect(months.length).toBe(12)
        const shown = months.flatMap(({ weeks }) => weeks.flat()).filter((day) => day !== null)
        expect(shown[0]).toBe(first)
        expect(shown.at(-1)).toBe(last)
        for (const [index, day] of shown.entries()) if (index > 0) expect(day).toBe(addDays(shown[index - 1] ?? '', 1))
        for (const { weeks } of months) for (const week of weeks) for (const [column, day] of week.entries()) if (day !== null) expect((weekdayOf(day) + 6) % 7).toBe(column)
      }),
      { numRuns: 30 },
    ))
})

describe('a key', () => {
  const next = dayAfter('2026-01-01', '2026-12-31')
  it.each<[Move, string | null]>([
    ['left', '2026-03-17'],
    ['right', '2026-03-19'],
    ['up', '2026-03-11'],
    ['down', '2026-03-25'],
    ['start', '2026-03-16'],
    ['end', '2026-03-22'],
    ['page-up', '2026-02-18'],
    ['page-down', '2026-04-15'],
    ['first', '2026-01-01'],
    ['last', '2026-12-31'],
  ])('%s leads from a Wednesday to %s', (move, to) => expect(next('2026-03-18', move)).toBe(to))

  it('never leads outside', () =>
    expect([next('2026-01-01', 'left'), next('2026-12-31', 'down'), next('2026-01-01', 'start'), next('2026-12-31', 'page-down')]).toEqual([
      null,
      null,
      '2026-01-01',
      '2026-12-31',
    ]))
})
