import type { Verdict } from '@rollcall/domain/window/compare'
import { noteAbsences, readAbsences } from '@rollcall/store/reconcile/note-absences'
import { appendRows } from './append-rows.ts'
import { explain, LOOKUPS_PER_SCAN_MAX } from './explain-only-ours.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

/** Asks the API by Sid for each call that only we hold; appends what it answers. Calls beyond the bound stay unresolved. */
export const lookUpOnlyOurs = async (
  deps: ReconcilerDeps,
  verdicts: readonly Verdict[],
  scanId: string,
  lease: RunLease,
  signal: AbortSignal,
): Promise<{ readonly unresolved: ReadonlySet<string>; readonly requests: number }> => {
  const callSids = verdicts.filter((verdict) => verdict.kind === 'only-ours').map((verdict) => verdict.callSid)
  const asked = callSids.slice(0, LOOKUPS_PER_SCAN_MAX)
  const absences = new Map((await readAbsences(deps.pool, deps.account, asked)).map((absence) => [absence.callSid, absence]))
  const explanations = []
  for (const callSid of asked) {
    const answer = await deps.client.lookup(callSid, { signal })
    explanations.push(explain(callSid, answer, absences.get(callSid) ?? null, deps.clock()))
  }
  const rows = explanations.flatMap((explanation) => explanation.row ?? [])
  await appendRows(deps.log, rows, { surface: 'call-lookup', scanId, leaseEpoch: lease.token, source: deps.source })
  const absent = explanations.filter((explanation) => explanation.absent).map((explanation) => explanation.callSid)
  if (absent.length > 0) await noteAbsences(deps.pool, deps.account, absent, deps.clock())
  const explained = new Set(explanations.filter((explanation) => explanation.explained).map((explanation) => explanation.callSid))
  return { unresolved: new Set(callSids.filter((callSid) => !explained.has(callSid))), requests: asked.length }
}
