import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** One paged read of the list API, as it was noted. */
export interface ScanRow {
  readonly scan: string
  readonly run: string
  readonly lane: string
  readonly range: { readonly from: Instant; readonly to: Instant }
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly outcome: 'complete' | 'incomplete'
  readonly reason: string | null
  readonly pages: number
  readonly requests: number
  readonly callsListed: number
  readonly digest: string | null
  readonly clockSkewMs: number | null
}

/** The run's first scans, oldest first. */
export const readRunScans = async (db: Queryable, account: string, runId: string, limit: number): Promise<readonly ScanRow[]> => {
  const { rows } = await db.query<{
    scan_id: string
    run_id: string
    lane: string
    range_from: Date
    range_to: Date
    started_at: Date
    ended_at: Date
    outcome: ScanRow['outcome']
    reason: string | null
    pages: number
    requests: number
    calls_listed: number
    digest: string | null
    clock_skew_ms: number | null
  }>(
    `SELECT scan_id, run_id, lane, range_from, range_to, started_at, ended_at, outcome, reason, pages, requests, calls_listed, digest, clock_skew_ms
     FROM rollcall.scans WHERE account = $1 AND run_id = $2 ORDER BY started_at, scan_id LIMIT $3`,
    [account, runId, limit],
  )
  return rows.map((row) => ({
    scan: row.scan_id,
    run: row.run_id,
    lane: row.lane,
    range: { from: row.range_from.getTime(), to: row.range_to.getTime() },
    startedAt: row.started_at.getTime(),
    endedAt: row.ended_at.getTime(),
    outcome: row.outcome,
    reason: row.reason,
    pages: row.pages,
    requests: row.requests,
    callsListed: row.calls_listed,
    digest: row.digest,
    clockSkewMs: row.clock_skew_ms,
  }))
}
