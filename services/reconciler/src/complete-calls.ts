import { randomUUID } from 'node:crypto'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { readPositions } from '@rollcall/store/projection-positions'
import { readIncompleteCalls } from '@rollcall/store/reconcile/read-incomplete-calls'
import { appendRows } from './append-rows.ts'
import { awaitProjection } from './await-projection.ts'
import { logEnd } from './log-end.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

/** A scheduled run looks up this many, so that scans do not wait for lookups; a one-shot run is asked to finish. */
export const LOOKUPS_PER_RUN_MAX = { cron: 20, 'one-shot': 10_000 } as const

/**
 * Reads calls that lost their webhook by Sid, for what the list does not tell, and waits until that is projected (in vain: the next
 * run asks again). Returns how many requests it spent; a call that fails is tried by the next run.
 */
export const completeCalls = async (deps: ReconcilerDeps, kind: keyof typeof LOOKUPS_PER_RUN_MAX, lease: RunLease, signal: AbortSignal): Promise<number> => {
  const callSids = await readIncompleteCalls(deps.pool, deps.account, LOOKUPS_PER_RUN_MAX[kind])
  const rows: ApiRow[] = []
  for (const callSid of callSids) {
    const answer = await deps.client.lookup(callSid, { signal })
    if (answer.kind === 'found') rows.push(answer.row)
  }
  await appendRows(deps.log, rows, { surface: 'call-lookup', scanId: randomUUID(), leaseEpoch: lease.token, source: deps.source })
  if (rows.length > 0) await awaitProjection(() => readPositions(deps.pool, OBSERVATIONS_TOPIC), await logEnd(deps.log), signal)
  return callSids.length
}
