import type { Instant } from '@rollcall/domain/time'

/** The years that RFC 3339 can write, from when computers count. */
const FIRST = 0
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** The nearest time that every reader of our tables understands; the time itself where it is one, 1970 for no number. */
export const storableTime = (at: Instant): Instant => (Number.isNaN(at) ? FIRST : Math.min(Math.max(at, FIRST), LAST))
