import type { Instant } from '@rollcall/domain/time'
import { canonicalTime, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const ISO_LIKE = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? ?(Z|[+-]\d{2}:?\d{2})?$/
const RFC_LIKE = /^(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?: (GMT|UTC|[+-]\d{4}))?$/

const FIRST_YEAR = 1971
const LAST_YEAR = 2099

/** What a clock on the wall of the account's country showed, in milliseconds as if it were UTC's. */
export interface WallTime {
  readonly wall: number
}

/** A moment, or one whose zone is not written. */
export type VendorTime = Instant | WallTime

/** What a time field can say: a time, "not yet" (`1970-01-01 05:30:00`, `0001-01-01T00:00:00Z`, `0000-00-00 00:00:00`), or nothing we can read. */
export type ReadTime = VendorTime | 'unset' | 'unreadable'

/**
 * Reads every way Exotel writes a time: `2017-03-03 10:48:33`, `Wed, 23 Feb 2022 12:31:59`, and both with an explicit zone.
 * Whatever lies before 1971 is Exotel's way of saying "not yet".
 */
export const readVendorTime = (text: string): ReadTime => {
  if (isPlain(text)) return moment(100 * twoDigits(text, 0) + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8), plainClockMs(text), undefined)
  const iso = ISO_LIKE.exec(text)
  if (iso !== null) return moment(Number(iso[1]), Number(iso[2]), Number(iso[3]), clockMs(iso, 4) + fractionMs(iso[7]), iso[8])
  const rfc = RFC_LIKE.exec(text)
  if (rfc === null) return 'unreadable'
  return moment(Number(rfc[3]), MONTHS.indexOf((rfc[2] ?? '').toLowerCase()) + 1, Number(rfc[1]), clockMs(rfc, 4), rfc[7])
}

/** The moment of a time whose zone, where it has none, is the account's. Never the host's. */
export const instantOf = (time: VendorTime, utcOffsetMinutes: number): Instant => (typeof time === 'number' ? time : time.wall - utcOffsetMinutes * MINUTE)

export const instantOrNull = (time: VendorTime | undefined, utcOffsetMinutes: number): Instant | null => (time === undefined ? null : instantOf(time, utcOffsetMinutes))

/** Calls of one time have few moments among them, and to write one costs more than to find it. */
export const CANONICAL_TIMES_MAX = 10_000
const canonicalTimes = new Map<Instant, string>()

/** `canonicalTime` of the moment. Remembered, up to CANONICAL_TIMES_MAX. */
export const canonicalTimeOf = (time: VendorTime, utcOffsetMinutes: number): string => {
  const at = instantOf(time, utcOffsetMinutes)
  const known = canonicalTimes.get(at)
  if (known !== undefined) return known
  if (canonicalTimes.size >= CANONICAL_TIMES_MAX) canonicalTimes.clear()
  const text = canonicalTime(at)
  canonicalTimes.set(at, text)
  return text
}

/** The text Exotel expects in a filter: the account's zone, unwritten, whole seconds, rounded down. */
export const formatVendorTime = (at: Instant, utcOffsetMinutes: number): string => new Date(at + utcOffsetMinutes * MINUTE).toISOString().slice(0, 19).replace('T', ' ')

/** `2017-03-03 10:48:33`, as nearly every time is written: read without an expression, and without the garbage that its matches are. */
const isPlain = (text: string): boolean => {
  if (text.length !== PLAIN.length) return false
  for (let nth = 0; nth < PLAIN.length; nth += 1) {
    const code = text.charCodeAt(nth)
    const needed = PLAIN.charCodeAt(nth)
    if (needed === ZERO ? code < ZERO || code > NINE : code !== needed) return false
  }
  return true
}
const PLAIN = '0000-00-00 00:00:00'

const twoDigits = (text: string, at: number): number => 10 * text.charCodeAt(at) + text.charCodeAt(at + 1) - 11 * ZERO
const [ZERO, NINE] = [0x30, 0x39]

const plainClockMs = (text: string): number => msOfDay(twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17))

/** Milliseconds since midnight; NaN where a part is out of its range. */
const clockMs = (match: RegExpExecArray, first: number): number => msOfDay(Number(match[first]), Number(match[first + 1]), Number(match[first + 2]))

const msOfDay = (hours: number, minutes: number, seconds: number): number =>
  hours < 24 && minutes < 60 && seconds < 60 ? hours * HOUR + minutes * MINUTE + seconds * SECOND : Number.NaN

const fractionMs = (digits: string | undefined): number => (digits === undefined ? 0 : Math.floor(Number(`0.${digits}`) * SECOND))

const moment = (year: number, month: number, day: number, ofDayMs: number, zone: string | undefined): ReadTime => {
  if (year < FIRST_YEAR) return 'unset'
  const midnight = Date.UTC(year, month - 1, day)
  const exists = month >= 1 && month <= 12 && day >= 1 && new Date(midnight).getUTCDate() === day
  const wall = midnight + ofDayMs
  if (!exists || year > LAST_YEAR || Number.isNaN(wall)) return 'unreadable'
  if (zone === undefined) return { wall }
  const at = wall - offsetMs(zone)
  return Number.isNaN(at) ? 'unreadable' : at
}

const offsetMs = (zone: string): number => {
  if (!/^[+-]/.test(zone)) return 0
  const digits = zone.replace(/\D/g, '')
  const size = Number(digits.slice(0, 2)) * HOUR + Number(digits.slice(2)) * MINUTE
  return zone.startsWith('-') ? -size : size
}
