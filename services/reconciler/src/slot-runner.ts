import type { LaneGroup } from '@rollcall/domain/schedule/lane'
import type { DueSlots } from '@rollcall/domain/schedule/tally-slots'
import type { Instant } from '@rollcall/domain/time'

/**
 * One runner for an account: a slot only says that its group is due. A run takes every group that is due by then, so that all lanes
 * share one plan, one lease and one budget; slots that come while it is under way are what the next one is for, which begins at once.
 */
export interface SlotRunner {
  /** The group is due since this slot. */
  mark(group: LaneGroup, slot: Instant): void
  /** Resolves when no run is under way. */
  idle(): Promise<void>
}

export interface SlotRunnerOptions {
  /** Makes one run. Must not reject. */
  readonly run: (slots: readonly DueSlots[]) => Promise<void>
  /** Waits for the other groups' slots of the same moment, which are told one after the other. */
  readonly gather: () => Promise<void>
  readonly signal: AbortSignal
}

export const createSlotRunner = ({ run, gather, signal }: SlotRunnerOptions): SlotRunner => {
  const due = new Map<LaneGroup, DueSlots>()
  let working: Promise<void> | null = null

  const work = async (): Promise<void> => {
    while (due.size > 0) {
      await gather()
      const slots = [...due.values()]
      due.clear()
      if (!signal.aborted) await run(slots)
    }
    working = null
  }

  return {
    mark: (group, slot) => {
      const known = due.get(group)
      due.set(group, { group, first: known?.first ?? slot, latest: slot })
      working ??= work()
    },
    idle: async () => working ?? undefined,
  }
}
