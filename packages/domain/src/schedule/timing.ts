/** How soon what is due has to be done. The capacity that an account needs is computed from the same figures. */
import { HOUR, type Instant, MINUTE, SECOND } from '../time.ts'

/** A call is to be found this long after the list first shows it (reliability R4: p99). */
export const DETECT_WITHIN_MS = 6 * MINUTE
/** What a pass has left after the longest wait for it, at the least: no scan can be made at once. */
export const PASS_WITHIN_MS_MIN = 30 * SECOND
/** Of each finalising scan: both of them together leave a window final twenty minutes after the first could begin (reliability R6). */
export const FINALISE_WITHIN_MS = 5 * MINUTE
/** A scan that waited longer than this is late: it cannot be in time any more, and must not keep others from being so. */
export const LATE_AFTER_MS = { trailing: 10 * MINUTE, sweep: 10 * MINUTE, finalise: 20 * MINUTE } as const
/** A window that finalising scans cannot close is looked at ever less often, down to this. */
export const FINALISE_WAIT_MS_MAX = 6 * HOUR

/** Requests of the chase, while scans with a deadline are due, for each request of a scan. */
export const LOOKUPS_PER_SCAN_REQUEST = 0.1

/** Rows of a page: what one request brings at most (contract §7). */
export const ROWS_PER_REQUEST = 100

/**
 * Requests that a list of so many calls, expected rather than known, takes on average: its pages, and one more, since a page with rows names a
 * next one and only an empty page ends the list (contract §7). An empty list is that page alone.
 */
export const requestsFor = (calls: number): number => 1 + (calls < 1 ? Math.max(0, calls) : Math.ceil(calls / ROWS_PER_REQUEST))

/** By when a pass is to be made, so that what it finds is found in time although it waited for the pass since the one before. */
export const passDeadline = (due: Instant, sinceLastPassMs: number): Instant => due + Math.max(PASS_WITHIN_MS_MIN, DETECT_WITHIN_MS - sinceLastPassMs)
