import type { CallRecord } from '@rollcall/domain/call/record'
import { standingOf } from '@rollcall/domain/window/only-ours'
import { readAbsences } from '@rollcall/store/reconcile/note-absences'
import { type Asked, askBySid } from './ask-by-sid.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

/** Lookups that one scan may spend; the window of a call beyond it stays as it is until a later scan. */
export const LOOKUPS_PER_SCAN_MAX = 100

/** Asks by Sid for the calls that only we hold and that are worth it, those asked for longest ago first, so that none waits for ever. */
export const askAboutOurs = async (deps: ReconcilerDeps, calls: readonly CallRecord[], lease: RunLease, signal: AbortSignal): Promise<Asked> => {
  const known = await readAbsences(
    deps.pool,
    deps.account,
    calls.map((call) => call.callSid),
  )
  const absences = new Map(known.map((each) => [each.callSid, each]))
  const now = deps.vendorClock.now()
  const due = calls.filter((call) => standingOf(call, absences.get(call.callSid) ?? null, now, deps.policy) === 'ask')
  const lastAsked = (call: CallRecord): number => Math.max(absences.get(call.callSid)?.lastAt ?? 0, call.firstSeen.lookup ?? 0)
  const callSids = due.toSorted((a, b) => lastAsked(a) - lastAsked(b)).map((call) => call.callSid)
  return askBySid(deps, callSids.slice(0, LOOKUPS_PER_SCAN_MAX), lease, signal)
}
