import type { Instant } from '../time.ts'
import type { ClosingPolicy } from '../window/closing-policy.ts'
import { WINDOW_MS, type Window } from '../window/window.ts'
import { finalisableAt } from '../window/window-state.ts'
import type { Need } from './need.ts'
import { FINALISE_WAIT_MS_MAX, FINALISE_WITHIN_MS, LATE_AFTER_MS, passDeadline } from './timing.ts'
import type { WindowProgress } from './window-progress.ts'

export interface DuePass extends Pick<Need, 'due' | 'deadline'> {
  readonly lane: 'trailing' | 'finalise'
  /** After this it is late. */
  readonly lateAfter: Instant
  /** Which trailing pass, from 0, where a later one will do too: under pressure it may be left out. Null: it may not. */
  readonly sheddable: number | null
}

/** The trailing pass or finalising scan that a window is waiting for, if its moment has come. Of several trailing passes that were missed the last one does for all. */
export const duePass = (now: Instant, { window, state, scans }: WindowProgress, policy: ClosingPolicy): DuePass | null => {
  if (state.state === 'final' || state.state === 'amended' || state.state === 'gap') return null
  const finalise = finaliseAt(window, scans, policy)
  if (now >= finalise) return { lane: 'finalise', due: finalise, deadline: finalise + FINALISE_WITHIN_MS, lateAfter: finalise + LATE_AFTER_MS.finalise, sheddable: null }
  const passes = policy.trailingPassesMs
  const nth = passes.findLastIndex((pass) => window.to + pass <= now && window.to + pass < finalisableAt(window, policy))
  const pass = passes[nth]
  if (pass === undefined) return null
  const due = window.to + pass
  const last = scans.at(-1)
  if (last !== undefined && last.startedAt >= due) return null
  const isLast = nth === passes.length - 1
  return { lane: 'trailing', due, deadline: passDeadline(due, pass - (passes[nth - 1] ?? -WINDOW_MS)), lateAfter: due + LATE_AFTER_MS.trailing, sheddable: isLast ? null : nth }
}

/**
 * The first finalising scan is due when the longest call has settled; the second a fixed distance after it. Where those two did not
 * close the window, each further one waits longer: what is wrong will not be right in a moment, and asking costs requests.
 */
const finaliseAt = (window: Window, scans: WindowProgress['scans'], policy: ClosingPolicy): Instant => {
  const earliest = finalisableAt(window, policy)
  const last = scans.at(-1)
  if (last === undefined || last.startedAt < earliest) return earliest
  const made = scans.filter((scan) => scan.startedAt >= earliest).length
  return last.startedAt + Math.min(policy.finalScansApartMs * Math.max(1, made - 1), Math.max(policy.finalScansApartMs, FINALISE_WAIT_MS_MAX))
}
