/** A moment: milliseconds since 1970-01-01T00:00:00Z. Every time inside Rollcall is one of these; text appears only at the edges. */
export type Instant = number

/** Where the shell gets the time from. Pure code is handed an Instant instead. */
export type Clock = () => Instant

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The one canonical text of a moment inside facts and states: `2026-11-24T03:00:00.000Z`. */
export const canonicalTime = (at: Instant): string => new Date(at).toISOString()
