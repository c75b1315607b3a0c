import type { Instant } from '@rollcall/domain/time'
import { DAY } from '@rollcall/domain/time'
import { turnsOf } from '@rollcall/domain/window/coverage'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { readUnsettledCalls } from '@rollcall/store/reconcile/read-unsettled-calls'
import { judgeCalls } from './judge-calls.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** Calls that one run judges again; what is beyond it is met by the next. */
export const REJUDGED_PER_RUN_MAX = 2_000
/** For how long a missing webhook is looked for between scans. */
const MISSING_WATCHED_MS = 2 * DAY

/**
 * Judges again what time or a late webhook has changed since, without asking the API anything: between a window's last trailing pass
 * and its finalising scan hours go by. `asOf`: up to when the projection has the log, by our clock.
 * Nothing is judged before the vendor's clock is known: ours may be hours ahead of it, and every deadline would seem to have passed.
 */
export const rejudgeCalls = async (deps: ReconcilerDeps, asOf: Instant, lease: RunLease): Promise<number> => {
  if (deps.vendorClock.skewMs() === null) return 0
  const at = deps.vendorClock.at(asOf)
  const callSids = await readUnsettledCalls(deps.pool, deps.account, {
    turns: turnsOf(deps.coverage),
    at,
    missingSince: at - MISSING_WATCHED_MS,
    limit: REJUDGED_PER_RUN_MAX,
  })
  if (callSids.length === 0) return 0
  const calls = await readCallsBySid(deps.pool, deps.account, callSids)
  return writeUnderLease(deps, lease, (tx) => judgeCalls(deps, tx, calls, asOf))
}
