import { SECOND } from '@rollcall/domain/time'
import type { ExotelResponse } from './send-request.ts'

/**
 * How far Exotel's clock is ahead of ours, in milliseconds, by its Date header; null without one.
 * The header drops the fraction of its second, so half a second is added; the answer was written between sending and receiving.
 */
export const clockSkewMs = ({ headers, sentAt, receivedAt }: ExotelResponse): number | null => {
  const theirs = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN
  return Number.isNaN(theirs) ? null : Math.round(theirs + SECOND / 2 - (sentAt + receivedAt) / 2)
}
