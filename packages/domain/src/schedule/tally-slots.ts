import { type Instant, SECOND } from '../time.ts'
import type { LaneGroup } from './lane.ts'

/** A run that begins this long after its slot is late. */
export const LATE_AFTER_MS = 5 * SECOND

/** Slots of one schedule that one run is for: those that came while it could not begin are done with the first. */
export interface DueSlots {
  readonly group: LaneGroup
  readonly first: Instant
  readonly latest: Instant
}

/**
 * What became of slots.
 *   onTime, late → a run began for it
 *   coalesced    → a run was under way; what was due is done by that one or the next
 *   missed       → nothing ran that could have seen it
 */
export interface SlotTally {
  readonly onTime: number
  readonly late: number
  readonly coalesced: number
  readonly missed: number
  /** By how much the run for the first slot is late; null where it is on time or counted before. */
  readonly lateMs: number | null
  /** The first and last slot that was missed; null where none was. */
  readonly missedSpan: { readonly from: Instant; readonly to: Instant } | null
}

/**
 * What became of the slots since the last ones that were accounted for.
 * @param slots every slot of the schedule after `accounted`, up to `due.latest`, ascending
 * @param runs the runs that were under way since, whoever made them; one that was killed is not among them
 */
export const tallySlots = (
  due: DueSlots,
  startedAt: Instant,
  slots: readonly Instant[],
  runs: readonly { readonly startedAt: Instant; readonly endedAt: Instant }[],
): SlotTally => {
  const earlier = slots.filter((slot) => slot < due.first)
  const missed = earlier.filter((slot) => !runs.some((run) => slot >= run.startedAt && slot <= run.endedAt))
  const isNew = slots.includes(due.first)
  const lateMs = isNew && startedAt - due.first > LATE_AFTER_MS ? startedAt - due.first : null
  const [from, to] = [missed.at(0), missed.at(-1)]
  return {
    onTime: isNew && lateMs === null ? 1 : 0,
    late: lateMs === null ? 0 : 1,
    coalesced: earlier.length - missed.length + slots.filter((slot) => slot > due.first).length,
    missed: missed.length,
    lateMs,
    missedSpan: from === undefined || to === undefined ? null : { from, to },
  }
}
