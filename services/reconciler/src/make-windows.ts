import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt, windowsBetween } from '@rollcall/domain/window/window'
import { ensureWindows, newestWindow } from '@rollcall/store/reconcile/ensure-windows'
import { firstWindow } from '@rollcall/store/reconcile/first-window'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
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
    await ensureWindows(tx, deps.account, windowsBetween(newest === null || first === proposed ? first : newest + WINDOW_MS, now + 1), now)
  })
}
