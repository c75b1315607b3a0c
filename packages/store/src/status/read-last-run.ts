import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** The latest pass of the reconciler. `endedAt` is null while it runs, and for ever if it was killed. */
export interface LastRun {
  readonly runId: string
  readonly kind: string
  readonly startedAt: Instant
  readonly endedAt: Instant | null
  readonly outcome: string
  readonly scans: number
  readonly requests: number
  readonly callsFound: number
  readonly webhooksMissing: number
  readonly stopReason: string | null
}

interface RunRow {
  readonly run_id: string
  readonly kind: string
  readonly started_at: Date
  readonly ended_at: Date | null
  readonly outcome: string
  readonly scans: number
  readonly requests: number
  readonly calls_found: number
  readonly webhooks_missing: number
  readonly stop_reason: string | null
}

export const readLastRun = async (db: Queryable, account: string): Promise<LastRun | null> => {
  const { rows } = await db.query<RunRow>(
    `SELECT run_id, kind, started_at, ended_at, outcome, scans, requests, calls_found, webhooks_missing, stop_reason
     FROM rollcall.runs WHERE account = $1 ORDER BY started_at DESC LIMIT 1`,
    [account],
  )
  const [row] = rows
  if (row === undefined) return null
  return {
    runId: row.run_id,
    kind: row.kind,
    startedAt: row.started_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
    outcome: row.outcome,
    scans: row.scans,
    requests: row.requests,
    callsFound: row.calls_found,
    webhooksMissing: row.webhooks_missing,
    stopReason: row.stop_reason,
  }
}
