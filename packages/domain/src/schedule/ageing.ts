/** Windows that are final are read again now and then: prices, statuses and recordings change late, and so may what was listed. */
import { DAY, type Instant } from '../time.ts'
import type { ClosingPolicy } from '../window/closing-policy.ts'
import { WINDOW_MS, type Window, windowAt } from '../window/window.ts'

/** After a window could close: a day, a week, a month, monthly from then on, and once more before Exotel forgets it at half a year. */
export const AGEING_AFTER_MS = [1, 7, 31, 61, 91, 121, 151, 178].map((days) => days * DAY)
/** Neighbours share a scan up to this many, a day. */
export const AGEING_WINDOWS_PER_SCAN_MAX = DAY / WINDOW_MS

/** Windows, `[from, to)`, whose latest look is due; one counts that began so long after the window's begin. */
export interface AgeingRange extends Window {
  readonly lookAfterMs: number
}

/** Disjoint, oldest first. What is older than Exotel remembers is not asked for. */
export const ageingRanges = (now: Instant, policy: ClosingPolicy): readonly AgeingRange[] => {
  const closableAfterMs = WINDOW_MS + policy.maximumCallMs + policy.settleMs
  return AGEING_AFTER_MS.flatMap((afterMs, nth): AgeingRange[] => {
    const lookAfterMs = closableAfterMs + afterMs
    const nextAfterMs = AGEING_AFTER_MS[nth + 1]
    const oldest = now - Math.min(policy.historyMs, nextAfterMs === undefined ? policy.historyMs : closableAfterMs + nextAfterMs)
    // A window begun at the very moment is due; one that its next look is due for as well belongs to that one.
    const range = { from: windowAt(oldest).from + WINDOW_MS, to: windowAt(now - lookAfterMs).from + WINDOW_MS, lookAfterMs }
    return range.from < range.to ? [range] : []
  }).toReversed()
}
