/**
 * The sweep where a list does not take the filter: every age is read whole again, the one first that was looked at longest ago. It may cost
 * more than there is, so it only spends what the other lanes leave, and comes round as often as that allows.
 */
import { type Instant, MINUTE } from '../time.ts'
import { WINDOW_MS } from '../window/window.ts'
import { type Need, type ScanBounds, wholeScans } from './need.ts'
import type { PlannedScan } from './planned-work.ts'
import type { SchedulePolicy } from './schedule-policy.ts'
import { sweepSlot, unsweptWindows } from './sweep.ts'
import type { WindowProgress } from './window-progress.ts'

/**
 * Windows that were read together stay together, and a new one, which comes every five minutes, may join its neighbour; one that was read much
 * later would only be read again too soon, and make the round longer: by a tenth, where any neighbours share a scan.
 */
const LOOKED_AT_APART_MS_MAX = WINDOW_MS + MINUTE

export const planRescans = (now: Instant, windows: readonly WindowProgress[], policy: SchedulePolicy, bounds: ScanBounds): readonly PlannedScan[] => {
  const due = unsweptWindows(now, sweepSlot(now, policy), windows, new Map(), policy).map(({ from, to, lookedAt, calls }): Need => {
    const due = lookedAt + policy.sweepEveryMs
    return { lane: 'sweep', from, to, due, deadline: due + policy.sweepEveryMs, calls }
  })
  return wholeScans(due, 'spare', { ...bounds, dueApartMsMax: LOOKED_AT_APART_MS_MAX }).toSorted((a, b) => a.due - b.due || a.from - b.from)
}
