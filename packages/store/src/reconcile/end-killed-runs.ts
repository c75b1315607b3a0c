import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { EndedRun } from './runs.ts'

const KILLED = 'it was killed: its lease lapsed and the next run found it unfinished'

/** Ends the rows of runs that can end them no longer: they went on under an earlier lease and were killed, or are paused for good. Returns them as they ended. */
export const endKilledRuns = async (db: Queryable, account: string, leaseToken: bigint, now: Instant): Promise<readonly EndedRun[]> => {
  const { rows } = await db.query<{
    run_id: string
    kind: EndedRun['kind']
    planned_at: Date
    started_at: Date
    scans: number
    requests: number
    windows_closed: number
    calls_found: number
    webhooks_missing: number
  }>(
    `UPDATE rollcall.runs SET outcome = 'failed', stop_reason = $4, ended_at = $3 WHERE account = $1 AND outcome = 'running' AND lease_epoch < $2
     RETURNING run_id, kind, planned_at, started_at, scans, requests, windows_closed, calls_found, webhooks_missing`,
    [account, leaseToken.toString(), new Date(now), KILLED],
  )
  return rows.map((row) => ({
    runId: row.run_id,
    kind: row.kind,
    plannedAt: row.planned_at.getTime(),
    startedAt: row.started_at.getTime(),
    endedAt: now,
    outcome: 'failed',
    stopReason: KILLED,
    tally: { scans: row.scans, requests: row.requests, windowsClosed: row.windows_closed, callsFound: row.calls_found, webhooksMissing: row.webhooks_missing },
  }))
}
