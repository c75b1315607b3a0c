import type { Instant } from '../time.ts'
import type { PlannedScan, ScanLane, Tier } from './planned-work.ts'
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
  /** Neighbours whose turn is further apart than this do not share a scan; left out: they do. */
  readonly dueApartMsMax?: number
}

/** Neighbours that share a scan. */
interface Joined {
  readonly lane: ScanLane
  readonly from: Instant
  to: Instant
  due: Instant
  deadline: Instant
  calls: number
  windows: number
}

/** Joins neighbours into scans of bearable size, in order of time. A window that was never scanned is taken to be as full as the fullest that was. */
const joinNeighbours = (needs: readonly Need[], { windowsMax, callsMax, dueApartMsMax = Number.POSITIVE_INFINITY }: ScanBounds): readonly Joined[] => {
  const fullest = needs.reduce((most, { calls }) => Math.max(most, calls ?? 0), 0)
  const joined: Joined[] = []
  let last: Joined | undefined
  for (const { lane, from, to, due, deadline, calls: known } of needs.toSorted((a, b) => a.from - b.from)) {
    const calls = known ?? fullest
    if (last === undefined || last.to !== from || last.windows === windowsMax || last.calls + calls > callsMax || Math.abs(last.due - due) > dueApartMsMax) {
      last = { lane, from, to, due, deadline, calls, windows: 1 }
      joined.push(last)
      continue
    }
    // In place, since there may be ten thousand windows and a plan is made between any two scans.
    last.to = to
    last.due = Math.min(last.due, due)
    last.deadline = Math.min(last.deadline, deadline)
    last.calls += calls
    last.windows += 1
  }
  return joined
}

/** The scans that needs ask for: of everything in their ranges, each lane's neighbours together. */
export const wholeScans = (needs: readonly Need[], tier: Tier, bounds: ScanBounds): readonly PlannedScan[] =>
  [...new Set(needs.map(({ lane }) => lane))].flatMap((lane) =>
    joinNeighbours(
      needs.filter((need) => need.lane === lane),
      bounds,
    ).map(({ from, to, due, deadline, calls }): PlannedScan => ({ lane, tier, from, to, due, deadline, requests: requestsFor(calls), durationAtLeastSeconds: null })),
  )
