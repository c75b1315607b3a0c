import type { Instant } from '@rollcall/domain/time'
import { HOUR, MINUTE, SECOND } from '@rollcall/domain/time'

/** Exotel writes no zone and means India's, which has no summer time (contract §2.5). Never the host's zone. */
const IST_OFFSET_MS = 5 * HOUR + 30 * MINUTE

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const ISO_LIKE = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? ?(Z|[+-]\d{2}:?\d{2})?$/
const RFC_LIKE = /^(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?: (GMT|UTC|[+-]\d{4}))?$/

const FIRST_YEAR = 1971
const LAST_YEAR = 2099

/** What a time field can say: a moment, "not yet" (`1970-01-01 05:30:00`, `0001-01-01T00:00:00Z`, `0000-00-00 00:00:00`), or nothing we can read. */
export type VendorTime = Instant | 'unset' | 'unreadable'

/**
 * Reads every way Exotel writes a time: `2017-03-03 10:48:33`, `Wed, 23 Feb 2022 12:31:59`, and both with an explicit zone.
 * Without a zone it is IST. Whatever lies before 1971 is Exotel's way of saying "not yet".
 */
export const readVendorTime = (text: string): VendorTime => {
  const iso = ISO_LIKE.exec(text)
  if (iso !== null) return moment(Number(iso[1]), Number(iso[2]), Number(iso[3]), clockMs(iso, 4) + fractionMs(iso[7]), iso[8])
  const rfc = RFC_LIKE.exec(text)
  if (rfc === null) return 'unreadable'
  return moment(Number(rfc[3]), MONTHS.indexOf((rfc[2] ?? '').toLowerCase()) + 1, Number(rfc[1]), clockMs(rfc, 4), rfc[7])
}

/** The text Exotel expects in a filter: IST, whole seconds, rounded down. */
export const formatIst = (at: Instant): string => new Date(at + IST_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')

/** Milliseconds since midnight; NaN where a part is out of its range. */
const clockMs = (match: RegExpExecArray, first: number): number => {
  const [hours, minutes, seconds] = [Number(match[first]), Number(match[first + 1]), Number(match[first + 2])]
  return hours < 24 && minutes < 60 && seconds < 60 ? hours * HOUR + minutes * MINUTE + seconds * SECOND : Number.NaN
}

const fractionMs = (digits: string | undefined): number => (digits === undefined ? 0 : Math.floor(Number(`0.${digits}`) * SECOND))

const moment = (year: number, month: number, day: number, ofDayMs: number, zone: string | undefined): VendorTime => {
  if (year < FIRST_YEAR) return 'unset'
  const midnight = Date.UTC(year, month - 1, day)
  const exists = month >= 1 && month <= 12 && day >= 1 && new Date(midnight).getUTCDate() === day
  const at = midnight + ofDayMs - offsetMs(zone)
  return exists && year <= LAST_YEAR && !Number.isNaN(at) ? at : 'unreadable'
}

const offsetMs = (zone: string | undefined): number => {
  if (zone === undefined) return IST_OFFSET_MS
  if (!/^[+-]/.test(zone)) return 0
  const digits = zone.replace(/\D/g, '')
  const size = Number(digits.slice(0, 2)) * HOUR + Number(digits.slice(2)) * MINUTE
  return zone.startsWith('-') ? -size : size
}
