import type { Instant } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import type { ExotelResponse } from './send-request.ts'

/**
 * For how long an answer asks us to be silent, in milliseconds: a number of seconds, or a date. A date is theirs, so it is held against
 * their `Date`: by a clock of ours that runs ahead the silence would be over before it began. Of several the longest counts.
 * Undefined where nothing was asked that can be understood.
 */
export const retryAfterMs = ({ headers, receivedAt }: Pick<ExotelResponse, 'headers' | 'receivedAt'>): number | undefined => {
  const theirNow = dateOf(headers.date) ?? receivedAt
  const waits = [headers['retry-after'] ?? []].flat().flatMap((text) => waitMs(text.trim(), theirNow) ?? [])
  return waits.length === 0 ? undefined : Math.max(...waits)
}

const waitMs = (text: string, theirNow: Instant): number | null => {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Math.ceil(Number(text) * SECOND)
  const at = dateOf(text)
  return at === null ? null : Math.max(0, at - theirNow)
}

/** Date.parse takes numbers for years; a date of HTTP begins with the day of the week. */
const dateOf = (text: string | string[] | undefined): Instant | null => {
  const at = typeof text === 'string' && /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : at
}
