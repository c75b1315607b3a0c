import type { CallRecord } from '@rollcall/domain/call/record'
import { standingOf } from '@rollcall/domain/window/only-ours'
import { readAbsences } from '@rollcall/store/reconcile/note-absences'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Which of these calls, none of them listed, are not explained: by what was read back from the projection, not by what was answered just now. */
export const findUnresolved = async (deps: ReconcilerDeps, calls: readonly CallRecord[]): Promise<ReadonlySet<string>> => {
  const known = await readAbsences(
    deps.pool,
    deps.account,
    calls.map((call) => call.callSid),
  )
  const absences = new Map(known.map((each) => [each.callSid, each]))
  const now = deps.vendorClock.now()
  return new Set(calls.filter((call) => standingOf(call, absences.get(call.callSid) ?? null, now, deps.policy) !== 'explained').map((call) => call.callSid))
}
