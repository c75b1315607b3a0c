import type { LaneGroup } from '@rollcall/domain/schedule/lane'
import { type DueSlots, tallySlots } from '@rollcall/domain/schedule/tally-slots'
import type { Instant } from '@rollcall/domain/time'
import { readRunsBetween } from '@rollcall/store/reconcile/read-runs-between'
import { readSchedules, saveSlots } from '@rollcall/store/reconcile/schedules'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { nextSlot, slotsBetween } from './slots.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** Slots that a run is for, with the expression of their schedule. */
export interface PlannedSlots extends DueSlots {
  readonly expression: string
}

/**
 * Accounts for every slot up to those that this run is for: by what the database remembers, so that a restart and other hosts are no
 * gap in the account, and a time in which nothing ran is one.
 */
export const noteSlots = (deps: ReconcilerDeps, planned: readonly PlannedSlots[], startedAt: Instant, lease: RunLease): Promise<void> =>
  planned.length === 0
    ? Promise.resolve()
    : writeUnderLease(deps, lease, async (tx) => {
        const known = new Map<LaneGroup, { readonly lastSlot: Instant; readonly expression: string }>((await readSchedules(tx, deps.account)).map((row) => [row.group, row]))
        for (const due of planned) {
          const before = known.get(due.group)
          // What should have happened is what the schedule was then.
          const earlier = before === undefined ? [] : slotsBetween(before.expression, before.lastSlot, due.first - 1)
          const slots = [...earlier, ...slotsBetween(due.expression, Math.max(due.first - 1, before?.lastSlot ?? 0), due.latest)]
          const from = earlier.at(0)
          const runs = from === undefined ? [] : await readRunsBetween(tx, deps.account, { from, to: due.first })
          const { group, expression, latest } = due
          await saveSlots(tx, deps.account, { group, expression, lastSlot: latest, nextSlot: nextSlot(expression, latest), tally: tallySlots(due, startedAt, slots, runs) })
        }
      })
