import { planRange } from '@rollcall/domain/schedule/plan'
import { type Window, windowAt } from '@rollcall/domain/window/window'
import { readWindows } from '@rollcall/store/reconcile/read-windows'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { WorkSource } from './work-source.ts'

/** All windows that have begun of a range that was asked for, due or not. */
export const rangeWork = async (deps: ReconcilerDeps, runId: string, range: Window): Promise<WorkSource> => {
  const now = deps.vendorClock.now()
  const begun = (await readWindows(deps.pool, deps.account, { from: windowAt(range.from).from, to: range.to })).filter(({ window }) => window.from <= now)
  const waiting = [...planRange(begun.map(({ window, scans }) => ({ window, listed: scans.at(-1)?.listed ?? null })))]
  return {
    next: async () => {
      const window = waiting.shift()
      return window === undefined ? null : { runId, lane: 'on-demand', ...window, durationAtLeastSeconds: null }
    },
    made: () => {},
    readHistory: () => {},
    left: () => waiting.length,
    shed: () => [],
    sweepAgeMs: () => 0,
  }
}
