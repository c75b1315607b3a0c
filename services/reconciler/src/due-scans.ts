import type { Lane } from '@rollcall/domain/schedule/lane'
import { plan, planRange } from '@rollcall/domain/schedule/plan'
import { type Window, windowAt } from '@rollcall/domain/window/window'
import { readWindows } from '@rollcall/store/reconcile/read-windows'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { ScanRequest } from './scan-report.ts'

/** What to ask for now, in order: all that has begun of the range that was asked for, or what is due and does not stand back. */
export const dueScans = async (
  deps: ReconcilerDeps,
  runId: string,
  { range, lanes }: { readonly range: Window | null; readonly lanes: ReadonlySet<Lane> },
): Promise<readonly ScanRequest[]> => {
  const now = deps.vendorClock.now()
  if (range === null) {
    const windows = (await readWindows(deps.pool, deps.account, 'unclosed')).filter(({ window }) => deps.troubledWindows.mayTry(window, now))
    return plan(now, windows, deps.policy, lanes).map(({ lane, from, to }) => ({ runId, lane, from, to }))
  }
  const begun = (await readWindows(deps.pool, deps.account, { from: windowAt(range.from).from, to: range.to })).filter(({ window }) => window.from <= now)
  return planRange(begun).map(({ from, to }) => ({ runId, lane: 'on-demand', from, to }))
}
