import { type CallLengths, lengthsOf } from '@rollcall/domain/schedule/call-lengths'
import type { CallLoad } from '@rollcall/domain/schedule/capacity'
import { DAY, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { readBusiestWindow } from '@rollcall/store/reconcile/read-busiest-window'
import { readCallLengths } from '@rollcall/store/reconcile/read-call-lengths'
import type { CapacitySettings } from './capacity-problem.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Of which the busiest window counts. */
const SEEN_WITHIN_MS = 7 * DAY

type Asked = Pick<ReconcilerDeps, 'pool' | 'account' | 'vendorClock' | 'policy'>

/** The most calls that an account has to be held for, as it states them or as its windows were seen; null where nobody knows yet. */
export const expectedCalls = async (deps: Asked, { expectedCallsPerSecond }: CapacitySettings): Promise<CallLoad | null> => {
  const callsPerSecond = expectedCallsPerSecond ?? (await busiestCallsPerSecond(deps))
  return callsPerSecond === null ? null : { callsPerSecond, lengths: await callLengths(deps) }
}

const busiestCallsPerSecond = async ({ pool, account, vendorClock }: Asked): Promise<number | null> => {
  const calls = await readBusiestWindow(pool, account, vendorClock.now() - SEEN_WITHIN_MS)
  return calls === null ? null : (calls * SECOND) / WINDOW_MS
}

/** How long the account's calls last, as far as that is known. */
export const callLengths = async ({ pool, account, vendorClock, policy }: Asked): Promise<CallLengths> =>
  lengthsOf(await readCallLengths(pool, account, vendorClock.now() - policy.maximumCallMs))
