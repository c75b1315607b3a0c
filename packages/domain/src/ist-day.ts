import { DAY, type Instant, MINUTE } from './time.ts'

/** India's time is 5 h 30 min ahead of UTC, all year round. */
const IST_MS = 330 * MINUTE

/** The day in India at a moment, such as `2026-11-24`. */
export const istDayOf = (at: Instant): string => new Date(at + IST_MS).toISOString().slice(0, 10)

/** A day in India as half-open moments: it begins at 18:30 UTC of the day before, where a window does too. */
export const istDayRange = (day: string): { readonly from: Instant; readonly to: Instant } => {
  const from = Date.parse(`${day}T00:00:00Z`) - IST_MS
  return { from, to: from + DAY }
}

/** Every day from one to another, both included, in order. */
export const istDaysBetween = (from: string, to: string): readonly string[] => {
  const days: string[] = []
  for (let at = istDayRange(from).from; at <= istDayRange(to).from; at += DAY) days.push(istDayOf(at))
  return days
}
