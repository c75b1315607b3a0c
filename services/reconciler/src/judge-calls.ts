import { type CallRecord, fieldOf } from '@rollcall/domain/call/record'
import { type Judgement, judge, type KnownUpTo, type MissEvidence, NO_EVIDENCE } from '@rollcall/domain/window/judge'
import { readRefusedMinutes } from '@rollcall/store/ingest-hosts/read-refused-minutes'
import type { Queryable } from '@rollcall/store/queryable'
import { readQuarantined } from '@rollcall/store/reconcile/read-quarantined'
import { saveJudgements } from '@rollcall/store/reconcile/save-judgements'
import { type AsOf, knownUpTo } from './as-of.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Judges the webhooks of these calls as of the moment up to which what reached us is known. Returns how many are newly missing. */
export const judgeCalls = async (deps: ReconcilerDeps, tx: Queryable, calls: readonly CallRecord[], asOf: AsOf): Promise<number> => {
  const known = knownUpTo(asOf, deps.vendorClock)
  const judgeAll = (evidenceOf: (call: CallRecord) => MissEvidence): readonly Judgement[] => calls.flatMap((call) => judge(call, deps.coverage, known, evidenceOf(call)))
  const judgements = judgeAll(() => NO_EVIDENCE)
  // What explains a miss is looked up only where there is one: most webhooks come.
  const missing = new Set(judgements.flatMap(({ callSid, outcome }) => (outcome === 'missing' ? [callSid] : [])))
  const explained = missing.size === 0 ? judgements : judgeAll(await evidence(deps, tx, calls, missing, known))
  return saveJudgements(tx, deps.account, explained, known.readTo)
}

const evidence = async (
  { account }: ReconcilerDeps,
  tx: Queryable,
  calls: readonly CallRecord[],
  missing: ReadonlySet<string>,
  { readTo }: KnownUpTo,
): Promise<(call: CallRecord) => MissEvidence> => {
  const ends = calls.flatMap((call) => (missing.has(call.callSid) ? [Date.parse(fieldOf(call, 'endedAt') ?? '')] : [])).filter(Number.isFinite)
  const quarantined = await readQuarantined(tx, account, [...missing])
  const refusedMinutes = await readRefusedMinutes(tx, account, { from: ends.reduce((first, end) => Math.min(first, end), readTo), to: readTo })
  return ({ callSid }) => ({ quarantined: quarantined.get(callSid) ?? [], refusedMinutes })
}
