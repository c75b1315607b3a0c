import { ASSUMED_LENGTHS } from '@rollcall/domain/schedule/call-lengths'
import { DAY, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { readBusiestWindow } from '@rollcall/store/reconcile/read-busiest-window'
import type { CapacitySettings, ExpectedCalls } from './capacity-problem.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Of which the busiest window counts. */
const SEEN_WITHIN_MS = 7 * DAY

/** The most calls that an account has to be held for, as it states them or as its windows were seen; null where nobody knows yet. */
export const expectedCalls = async (
  { pool, account, vendorClock }: Pick<ReconcilerDeps, 'pool' | 'account' | 'vendorClock'>,
  settings: CapacitySettings,
): Promise<ExpectedCalls | null> => {
  if (settings.expectedCallsPerSecond !== undefined) return { callsPerSecond: settings.expectedCallsPerSecond, lengths: ASSUMED_LENGTHS }
  const calls = await readBusiestWindow(pool, account, vendorClock.now() - SEEN_WITHIN_MS)
  return calls === null ? null : { callsPerSecond: (calls * SECOND) / WINDOW_MS, lengths: ASSUMED_LENGTHS }
}
