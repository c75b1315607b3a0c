import type { Lane } from '@rollcall/domain/schedule/lane'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** One paged read of the list API, as the scan log keeps it. Times are epoch milliseconds. */
export interface ScanRow {
  readonly scanId: string
  readonly runId: string
  readonly account: string
  readonly lane: Lane | 'on-demand'
  readonly from: Instant
  readonly to: Instant
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly outcome: 'complete' | 'incomplete'
  /** Why it is incomplete; null when complete. */
  readonly reason: string | null
  readonly pages: number
  readonly requests: number
  readonly callsListed: number
  readonly digest: string | null
  readonly clockSkewMs: number | null
}

export const saveScan = async (db: Queryable, scan: ScanRow): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.scans (scan_id, run_id, account, lane, range_from, range_to, started_at, ended_at, outcome, reason, pages, requests, calls_listed, digest, clock_skew_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      scan.scanId,
      scan.runId,
      scan.account,
      scan.lane,
      new Date(scan.from),
      new Date(scan.to),
      new Date(scan.startedAt),
      new Date(scan.endedAt),
      scan.outcome,
      scan.reason,
      scan.pages,
      scan.requests,
      scan.callsListed,
      scan.digest,
      scan.clockSkewMs,
    ],
  )
}
