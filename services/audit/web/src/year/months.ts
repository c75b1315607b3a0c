import type { Move } from '../parts/roving.ts'
import { addDays, weekdayOf } from '../time/ist.ts'

/** One month of the year's heat map: its days, in weeks that begin on Monday; null where a week belongs to a neighbour. */
export interface Month {
  /** Its first day, `2026-11-01`. */
  readonly month: string
  readonly weeks: readonly (readonly (string | null)[])[]
}

/** The first day of the twelve months of which `last` is in the last. */
export const firstDayOf = (last: string): string => {
  const month = Number(last.slice(5, 7))
  return month === 12 ? `${last.slice(0, 4)}-01-01` : `${Number(last.slice(0, 4)) - 1}-${String(month + 1).padStart(2, '0')}-01`
}

/** The months of a range of days, both included. Pure. */
export const monthsOf = (first: string, last: string): Month[] => {
  const months: { month: string; days: string[] }[] = []
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const month = `${day.slice(0, 7)}-01`
    if (months.at(-1)?.month !== month) months.push({ month, days: [] })
    months.at(-1)?.days.push(day)
  }
  return months.map(({ month, days }) => ({ month, weeks: weeksOf(days) }))
}

/** 0 is Monday. */
const column = (day: string): number => (weekdayOf(day) + 6) % 7

const weeksOf = (days: readonly string[]): (string | null)[][] => {
  const weeks: (string | null)[][] = []
  for (const day of days) {
    if (weeks.length === 0 || column(day) === 0) weeks.push(Array.from({ length: 7 }, () => null))
    const week = weeks.at(-1)
    if (week) week[column(day)] = day
  }
  return weeks
}

/** Where a key leads from a day of the heat map; null where that is outside of it. As in a calendar: arrows by day and week, Page by month. Pure. */
export const dayAfter =
  (first: string, last: string) =>
  (from: string, move: Move): string | null => {
    const to = target(from, move, first, last)
    return to >= first && to <= last ? to : null
  }

const target = (from: string, move: Move, first: string, last: string): string => {
  switch (move) {
    case 'left':
      return addDays(from, -1)
    case 'right':
      return addDays(from, 1)
    case 'up':
      return addDays(from, -7)
    case 'down':
      return addDays(from, 7)
    case 'start':
      return later(addDays(from, -column(from)), first)
    case 'end':
      return earlier(addDays(from, 6 - column(from)), last)
    case 'page-up':
      return later(addDays(from, -28), first)
    case 'page-down':
      return earlier(addDays(from, 28), last)
    case 'first':
      return first
    case 'last':
      return last
    default:
      return move satisfies never
  }
}

const later = (one: string, other: string) => (one > other ? one : other)
const earlier = (one: string, other: string) => (one < other ? one : other)
