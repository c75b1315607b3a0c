import type { Instant } from './clock/simulator-clock.ts'

/** Indian Standard Time: fixed, no daylight saving. */
export const INDIA_OFFSET_MINUTES = 330
const MINUTE_MS = 60_000

const shifted = (at: Instant, offsetMinutes: number) => new Date(at + offsetMinutes * MINUTE_MS)

/** `2017-03-03 10:48:33`: how v1 of the API and its callbacks write time, without naming the zone. */
export const istText = (at: Instant, offsetMinutes = INDIA_OFFSET_MINUTES): string => shifted(at, offsetMinutes).toISOString().slice(0, 19).replace('T', ' ')

/** `Wed, 23 Feb 2022 12:31:59`: how a Passthru writes Created and RecordingAvailableBy. */
export const istLongText = (at: Instant, offsetMinutes = INDIA_OFFSET_MINUTES): string => shifted(at, offsetMinutes).toUTCString().slice(0, -4)

/** `2022-11-03 22:54:40+05:30` (v3), or with a T between: campaigns and Integration Core. */
export const zonedText = (at: Instant, offsetMinutes: number, between: ' ' | 'T'): string =>
  `${istText(at, offsetMinutes).replace(' ', between)}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.abs(offsetMinutes) / 60)}:${twoDigits(Math.abs(offsetMinutes) % 60)}`

const twoDigits = (number: number): string => String(Math.floor(number)).padStart(2, '0')

const IST_TEXT = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/

/** The moment an IST text names; null when it is not one (also for 30 February and 24:00:00). */
export const parseIstText = (text: string, offsetMinutes = INDIA_OFFSET_MINUTES): Instant | null => {
  if (!IST_TEXT.test(text)) return null
  const at = Date.parse(`${text.replace(' ', 'T')}Z`) - offsetMinutes * MINUTE_MS
  return Number.isNaN(at) || istText(at, offsetMinutes) !== text ? null : at
}
