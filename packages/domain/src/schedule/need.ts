import type { Instant } from '../time.ts'
import type { PlannedScan, ScanLane } from './planned-work.ts'
import { requestsFor } from './timing.ts'

/** A window that is worth a scan. */
export interface Need {
  readonly lane: ScanLane
  readonly from: Instant
  readonly to: Instant
  readonly due: Instant
  readonly deadline: Instant
  /** As the last complete scan listed; null where there was none. */
  readonly calls: number | null
}

/** Neighbouring due windows share one scan up to this many (two hours): fewer, fuller pages. */
export const WINDOWS_PER_SCAN_MAX = 24
/** And up to about this many calls, where earlier scans tell how many there are: a hundred pages, so that no scan keeps the next one waiting for long. */
export const CALLS_PER_SCAN_GOAL = 10_000

export interface ScanBounds {
  readonly windowsMax: number
  /** As far as they are known; a single window may have more. */
  readonly callsMax: number
}

/** A need, or neighbours that share a scan. */
export type JoinedNeed = Need & { readonly calls: number; readonly windows: number }

/** Joins neighbours into scans of bearable size, in order of time. A window that was never scanned is taken to be as full as the fullest that was. */
export const joinNeighbours = (needs: readonly Need[], { windowsMax, callsMax }: ScanBounds): readonly JoinedNeed[] => {
  const fullest = needs.reduce((most, { calls }) => Math.max(most, calls ?? 0), 0)
  const joined: JoinedNeed[] = []
  for (const { lane, from, to, due, deadline, calls: known } of needs.toSorted((a, b) => a.from - b.from)) {
    const calls = known ?? fullest
    const last = joined.at(-1)
    if (last === undefined || last.to !== from || last.windows === windowsMax || last.calls + calls > callsMax) joined.push({ lane, from, to, due, deadline, calls, windows: 1 })
    else
      joined[joined.length - 1] = {
        lane,
        from: last.from,
        to,
        due: Math.min(last.due, due),
        deadline: Math.min(last.deadline, deadline),
        calls: last.calls + calls,
        windows: last.windows + 1,
      }
  }
  return joined
}

/** The scans that needs ask for: of everything in their ranges, each lane's neighbours together. */
export const wholeScans = (needs: readonly Need[], tier: PlannedScan['tier'], bounds: ScanBounds): readonly PlannedScan[] =>
  [...new Set(needs.map(({ lane }) => lane))].flatMap((lane) =>
    joinNeighbours(
      needs.filter((need) => need.lane === lane),
      bounds,
    ).map(({ calls, windows: _, ...need }): PlannedScan => ({ ...need, tier, requests: requestsFor(calls), durationAtLeastSeconds: null })),
  )
