/**
 * Lane chase: calls asked for by Sid, because no listing will do.
 *   claims     → only webhooks told of them. A listing may never show them, and without a time of creation no window even holds them
 *   incomplete → their expected webhook never came, and the list does not tell what it would have told
 */
import { ABSENCE_SPAN_MS, ABSENCES_APART_MS, ABSENCES_NEEDED, standingOf } from '@rollcall/domain/window/only-ours'
import { readCallsBySid } from '@rollcall/store/read-calls'
import type { DueAbsence } from '@rollcall/store/reconcile/due-absence'
import { readAbsences } from '@rollcall/store/reconcile/note-absences'
import { readClaims } from '@rollcall/store/reconcile/read-claims'
import { readIncompleteCalls } from '@rollcall/store/reconcile/read-incomplete-calls'
import { askBySid } from './ask-by-sid.ts'
import { caughtUp } from './caught-up.ts'
import { judgeCalls } from './judge-calls.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** Of each kind; a scheduled run asks for few, so that scans do not wait for lookups, and a one-shot run is asked to finish. */
export const LOOKUPS_PER_RUN_MAX = { cron: 10, 'one-shot': 5_000 } as const

/** Asks, appends, waits until it is projected and judges what was found. What does not succeed is due again in the next run. */
export const chaseCalls = async (
  deps: ReconcilerDeps,
  kind: keyof typeof LOOKUPS_PER_RUN_MAX,
  lease: RunLease,
  signal: AbortSignal,
): Promise<{ readonly requests: number; readonly webhooksMissing: number }> => {
  const limit = LOOKUPS_PER_RUN_MAX[kind]
  const callSids = [...(await dueClaims(deps, limit)), ...(await readIncompleteCalls(deps.pool, deps.account, { ...dueAbsence(deps), limit }))]
  const { requests, found } = await askBySid(deps, callSids, lease, signal)
  // A lookup does not tell the vendor's clock; what is judged by ours alone may be judged early.
  const asOf = found.length === 0 || deps.vendorClock.skewMs() === null ? null : await caughtUp(deps, signal)
  if (asOf === null) return { requests, webhooksMissing: 0 }
  const calls = await readCallsBySid(deps.pool, deps.account, found)
  return { requests, webhooksMissing: await writeUnderLease(deps, lease, (tx) => judgeCalls(deps, tx, calls, asOf)) }
}

/** Denied a quarter of an hour ago or longer, and not yet often enough. */
const dueAbsence = (deps: ReconcilerDeps): DueAbsence => ({
  askedSince: deps.vendorClock.now() - ABSENCES_APART_MS,
  absencesNeeded: ABSENCES_NEEDED,
  absenceSpanMs: ABSENCE_SPAN_MS,
})

const dueClaims = async (deps: ReconcilerDeps, limit: number): Promise<readonly string[]> => {
  const now = deps.vendorClock.now()
  const callSids = await readClaims(deps.pool, deps.account, {
    ...dueAbsence(deps),
    toldBefore: now - deps.policy.settleMs,
    limit,
  })
  const absences = new Map((await readAbsences(deps.pool, deps.account, callSids)).map((known) => [known.callSid, known]))
  const calls = await readCallsBySid(deps.pool, deps.account, callSids)
  return calls.filter((call) => standingOf(call, absences.get(call.callSid) ?? null, now, deps.policy) === 'ask').map((call) => call.callSid)
}
