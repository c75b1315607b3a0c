/**
 * Shedding: where the budget does not suffice for all that is due to be in time, a window's earliest trailing pass is left out first, since
 * a later one finds the same calls. The last pass and the finalising scans are never left out.
 */
import { type Instant, MINUTE } from '../time.ts'
import type { DuePass } from './due-pass.ts'
import { type Need, type ScanBounds, wholeScans } from './need.ts'
import type { PlannedScan } from './planned-work.ts'

/** A trailing pass, by its window and its place among the passes, that was left out. */
export interface ShedPass {
  readonly from: Instant
  readonly pass: number
}

export type PassNeed = Need & Pick<DuePass, 'sheddable'>

/** By deadline; of equals the youngest, since there most calls surface. */
export const byDeadline = (scans: readonly PlannedScan[]): readonly PlannedScan[] => scans.toSorted((a, b) => a.deadline - b.deadline || b.from - a.from)

/**
 * What is due and can be in time, in order, less what has to be left out for the rest to be in time.
 * @param fixed scans beside the passes, which compete with them for the budget
 * @param perMinute requests that may be spent on all of it
 */
export const shedUnderPressure = (
  now: Instant,
  passes: readonly PassNeed[],
  fixed: readonly PlannedScan[],
  perMinute: number,
  bounds: ScanBounds,
): { readonly scans: readonly PlannedScan[]; readonly shed: readonly ShedPass[] } => {
  const shed: ShedPass[] = []
  for (let kept = passes; ; ) {
    const scans = byDeadline([...wholeScans(kept, 'in-time', bounds), ...fixed])
    const first = firstToShed(kept, missedDeadlines(now, scans, perMinute))
    if (first === null) return { scans, shed }
    shed.push({ from: first.need.from, pass: first.pass })
    kept = kept.filter((need) => need !== first.need)
  }
}

/** The greatest deadline that will be missed where the scans are made one after the other; null where none will. */
const missedDeadlines = (now: Instant, scans: readonly PlannedScan[], perMinute: number): Instant | null => {
  let at = now
  let missed: Instant | null = null
  for (const { requests, deadline } of scans) {
    at += (requests / perMinute) * MINUTE
    if (at > deadline) missed = deadline
  }
  return missed
}

/** Only what goes before a missed deadline takes time from it. */
const firstToShed = (needs: readonly PassNeed[], missed: Instant | null): { readonly need: PassNeed; readonly pass: number } | null =>
  needs
    .flatMap((need) => (need.sheddable === null ? [] : [{ need, pass: need.sheddable }]))
    .filter(({ need }) => missed !== null && need.deadline <= missed)
    .toSorted((a, b) => a.pass - b.pass || a.need.from - b.need.from)[0] ?? null
