import type { Instant } from './clock/simulator-clock.ts'

/** Indian Standard Time: fixed, no daylight saving. */
const IST_OFFSET_MS = 330 * 60_000

/** `2017-03-03 10:48:33`: how v1 of the API and its callbacks write time, without naming the zone. */
export const istText = (at: Instant): string => new Date(at + IST_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')

/** `Wed, 23 Feb 2022 12:31:59`: how a Passthru writes Created and RecordingAvailableBy. */
export const istLongText = (at: Instant): string => new Date(at + IST_OFFSET_MS).toUTCString().slice(0, -4)

const IST_TEXT = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/

/** The moment an IST text names; null when it is not one (also for 30 February and 24:00:00). */
export const parseIstText = (text: string): Instant | null => {
  if (!IST_TEXT.test(text)) return null
  const at = Date.parse(`${text.replace(' ', 'T')}Z`) - IST_OFFSET_MS
  return Number.isNaN(at) || istText(at) !== text ? null : at
}
