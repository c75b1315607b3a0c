import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS, type Window, windowAt, windowsBetween } from '@rollcall/domain/window/window'
import { nextTransition, type Transition } from '@rollcall/domain/window/window-state'
import { ensureWindows, newestWindow } from '@rollcall/store/reconcile/ensure-windows'
import { firstWindow } from '@rollcall/store/reconcile/first-window'
import { readWatermark } from '@rollcall/store/reconcile/read-watermark'
import { noteAudit } from './note-audit.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { windowChanged } from './window-changed.ts'
import { writeUnderLease } from './write-under-lease.ts'

/**
 * Windows are contiguous from the account's first to the one that holds now; a range asked for earlier moves the first one back.
 * In one transaction: killed between the two, the windows of that range would be missing and nobody would look for them again.
 */
export const makeWindows = (deps: ReconcilerDeps, rangeFrom: Instant | null, lease: RunLease): Promise<void> => {
  const now = deps.vendorClock.now()
  const proposed = windowAt(Math.min(now, rangeFrom ?? now - deps.policy.maximumCallMs)).from
  return writeUnderLease(deps, lease, async (tx) => {
    const newest = await newestWindow(tx, deps.account)
    const first = await firstWindow(tx, deps.account, proposed)
    const windows = windowsBetween(newest === null || first === proposed ? first : newest + WINDOW_MS, now + 1)
    const made = await ensureWindows(
      tx,
      deps.account,
      windows.flatMap((window) => madeAs(deps, window, now)),
      now,
    )
    if (made.length === 0) return
    const { at: watermark } = await readWatermark(tx, deps.account)
    const about = { from: null, at: now, difference: null, positions: new Map(), watermark }
    const entries = made.map(({ window, state, reason }) => windowChanged({ ...about, window, transition: { to: state, reason, evidence: [] } }))
    await noteAudit(deps, tx, lease, entries)
  })
}

const madeAs = (deps: ReconcilerDeps, window: Window, now: Instant): { readonly window: Window; readonly state: Transition['to']; readonly reason: Transition['reason'] }[] => {
  // Before Exotel's clock is known no window has ended for sure, and none is forgotten.
  const time = deps.vendorClock.skewMs() === null ? Number.NEGATIVE_INFINITY : now
  const transition = nextTransition(window, null, [], time, deps.policy)
  return transition === null ? [] : [{ window, state: transition.to, reason: transition.reason }]
}
