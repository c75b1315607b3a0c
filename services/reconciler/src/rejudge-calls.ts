import { DAY } from '@rollcall/domain/time'
import { turnsOf } from '@rollcall/domain/window/coverage'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { readUnsettledCalls } from '@rollcall/store/reconcile/read-unsettled-calls'
import { type AsOf, knownUpTo } from './as-of.ts'
import { judgeCalls } from './judge-calls.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** Calls that one run judges again; what is beyond it is met by the next. */
export const REJUDGED_PER_RUN_MAX = 2_000
/** For how long a missing webhook is looked for between scans. */
const MISSING_WATCHED_MS = 2 * DAY

/**
 * Judges again what time or a late webhook has changed since, without asking the API anything: between a window's last trailing pass
 * and its finalising scan hours go by.
 * Nothing is judged before the vendor's clock is known: ours may be hours ahead of it, and every deadline would seem to have passed.
 */
export const rejudgeCalls = async (deps: ReconcilerDeps, asOf: AsOf, lease: RunLease): Promise<number> => {
  if (deps.vendorClock.skewMs() === null) return 0
  const known = knownUpTo(asOf, deps.vendorClock)
  const callSids = await readUnsettledCalls(deps.pool, deps.account, {
    turns: turnsOf(deps.coverage),
    known,
    missingSince: known.readTo - MISSING_WATCHED_MS,
    limit: REJUDGED_PER_RUN_MAX,
  })
  if (callSids.length === 0) return 0
  const calls = await readCallsBySid(deps.pool, deps.account, callSids)
  return writeUnderLease(deps, lease, (tx) => judgeCalls(deps, tx, calls, asOf))
}
