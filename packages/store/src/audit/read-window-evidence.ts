import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { SCANS_PER_WINDOW_MAX } from '../reconcile/read-windows.ts'

/** What one complete scan said of one window. What is null is not known of the scan itself any more. */
export interface WindowScanRow {
  readonly scan: string
  readonly run: string | null
  readonly lane: string | null
  readonly startedAt: Instant
  readonly endedAt: Instant | null
  readonly pages: number | null
  readonly digest: string
  readonly sound: boolean
  readonly listed: number
  readonly held: number
  readonly found: number
  readonly unresolved: number
}

/** The newest scans of a window, oldest first. */
export const readWindowScans = async (db: Queryable, account: string, from: Instant): Promise<readonly WindowScanRow[]> => {
  const { rows } = await db.query<Omit<WindowScanRow, 'startedAt' | 'endedAt'> & { started_at: Date; ended_at: Date | null }>(
    `SELECT ws.scan_id AS scan, s.run_id AS run, s.lane, ws.started_at, s.ended_at, s.pages, ws.digest, ws.projected AS sound, ws.calls_listed AS listed, ws.calls_held AS held, ws.calls_found AS found, ws.unresolved
     FROM rollcall.window_scans ws LEFT JOIN rollcall.scans s ON s.scan_id = ws.scan_id
     WHERE ws.account = $1 AND ws.window_from = $2 ORDER BY ws.started_at DESC, ws.scan_id DESC LIMIT $3`,
    [account, new Date(from), SCANS_PER_WINDOW_MAX],
  )
  return rows.toReversed().map(({ started_at, ended_at, ...row }) => ({ ...row, startedAt: started_at.getTime(), endedAt: ended_at?.getTime() ?? null }))
}

/** One move of a window, as the audit topic tells it. */
export interface WindowChangeRow {
  readonly logOffset: bigint
  readonly from: string | null
  readonly to: string
  readonly reason: string
  readonly at: Instant
  readonly evidence: unknown
}

/** Nobody reads more at once; all of it is in the audit topic. */
export const CHANGES_MAX = 500

/** The newest, oldest first. */
export const readWindowChanges = async (db: Queryable, account: string, from: Instant): Promise<readonly WindowChangeRow[]> => {
  const { rows } = await db.query<{ log_offset: bigint; from_state: string | null; to_state: string; reason: string; at: Date; evidence: unknown }>(
    'SELECT log_offset, from_state, to_state, reason, at, evidence FROM rollcall.window_changes WHERE account = $1 AND window_from = $2 ORDER BY log_offset DESC LIMIT $3',
    [account, new Date(from), CHANGES_MAX],
  )
  return rows.toReversed().map((row) => ({ logOffset: row.log_offset, from: row.from_state, to: row.to_state, reason: row.reason, at: row.at.getTime(), evidence: row.evidence }))
}
