/**
 * Times as an auditor in India reads them: IST, fixed +05:30, written out here so that no browser's time zone data or locale has a say.
 * Texts that come in are RFC 3339 UTC; instants are milliseconds since 1970-01-01T00:00:00Z.
 */
const IST_MS = 330 * 60_000
const DAY_MS = 86_400_000
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const MONTHS_LONG = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

const shifted = (utc: string): Date => new Date(Date.parse(utc) + IST_MS)

/** `09:35:12`, IST. */
export const istClock = (utc: string): string => shifted(utc).toISOString().slice(11, 19)
/** `09:35`, IST. */
export const istMinute = (utc: string): string => shifted(utc).toISOString().slice(11, 16)
/** `24 Nov 2026`, IST. */
export const istDate = (utc: string): string => dayText(istDay(utc))
/** The IST day a moment is in: `2026-11-24`. */
export const istDay = (utc: string): string => shifted(utc).toISOString().slice(0, 10)
/** `24 Nov 2026, 04:05:12 UTC`. */
export const utcText = (utc: string): string => {
  const at = new Date(utc).toISOString()
  return `${dayText(at.slice(0, 10))}, ${at.slice(11, 19)} UTC`
}

/** A day, `2026-11-24`, as `24 Nov 2026`. */
export const dayText = (day: string): string => `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(0, 4)}`
/** `Tuesday, 24 November 2026`. */
export const dayTextLong = (day: string): string => `${WEEKDAYS[weekdayOf(day)]}, ${Number(day.slice(8, 10))} ${monthText(day)}`
/** The month a day is in: `November 2026`. */
export const monthText = (day: string): string => `${MONTHS_LONG[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(0, 4)}`
/** 0 is Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay()
/** The day so many days later, or earlier. */
export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
/** How many days there are from one to another, both included. */
export const daysBetween = (first: string, last: string): number => (Date.parse(last) - Date.parse(first)) / DAY_MS + 1
/** The half-open time of an IST day, in UTC. */
export const spanOfDay = (day: string): { readonly from: string; readonly to: string } => {
  const from = Date.parse(`${day}T00:00:00Z`) - IST_MS
  return { from: new Date(from).toISOString(), to: new Date(from + DAY_MS).toISOString() }
}
/** What a person types into a field for a date and a time, `2026-11-24T09:35`, meaning IST; null where it is none. */
export const fromIstField = (field: string): string | null => {
  const at = Date.parse(`${field}${field.length === 16 ? ':00' : ''}+05:30`)
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
/** The same the other way. */
export const toIstField = (utc: string): string => shifted(utc).toISOString().slice(0, 19)
