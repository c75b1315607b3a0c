import type { CallRecord } from '@rollcall/domain/call/record'
import type { Instant } from '@rollcall/domain/time'
import { judge } from '@rollcall/domain/window/judge'
import type { Queryable } from '@rollcall/store/queryable'
import { saveJudgements } from '@rollcall/store/reconcile/save-judgements'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Judges the webhooks of these calls as of `asOf`, up to when the log was read (our clock). Returns how many are newly missing. */
export const judgeCalls = (deps: ReconcilerDeps, tx: Queryable, calls: readonly CallRecord[], asOf: Instant): Promise<number> => {
  const at = deps.vendorClock.at(asOf)
  return saveJudgements(
    tx,
    deps.account,
    calls.flatMap((call) => judge(call, deps.coverage, at)),
    at,
  )
}
