/**
 * The sweep where a list does not take the filter: every age is read whole again, the one first that was looked at longest ago. It may cost
 * more than there is, so it only spends what the other lanes leave, and comes round as often as that allows.
 */
import type { Instant } from '../time.ts'
import { type Need, type ScanBounds, wholeScans } from './need.ts'
import type { PlannedScan } from './planned-work.ts'
import type { SchedulePolicy } from './schedule-policy.ts'
import { sweepSlot, unsweptWindows } from './sweep.ts'
import type { WindowProgress } from './window-progress.ts'

export const planRescans = (now: Instant, windows: readonly WindowProgress[], policy: SchedulePolicy, bounds: ScanBounds): readonly PlannedScan[] => {
  const due = unsweptWindows(now, sweepSlot(now, policy), windows, new Map(), policy).map(({ from, to, lookedAt, calls }): Need => {
    const due = lookedAt + policy.sweepEveryMs
    return { lane: 'sweep', from, to, due, deadline: due + policy.sweepEveryMs, calls }
  })
  return wholeScans(due, 'spare', bounds).toSorted((a, b) => a.due - b.due || a.from - b.from)
}
