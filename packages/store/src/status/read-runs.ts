import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** One pass of the reconciler. `endedAt` is null while it runs, and of one that was killed until the next one finds it so. Times are epoch milliseconds. */
export interface Run {
  readonly runId: string
  readonly kind: string
  /** What it took on. */
  readonly lanes: readonly string[]
  readonly plannedAt: Instant
  readonly startedAt: Instant
  readonly endedAt: Instant | null
  readonly outcome: string
  readonly scans: number
  readonly requests: number
  readonly windowsClosed: number
  readonly callsFound: number
  readonly webhooksMissing: number
  /** Why it is not complete; null where it is. */
  readonly stopReason: string | null
}

/** As the table has it; RUN_COLUMNS reads it. */
export interface RunRow {
  readonly run_id: string
  readonly kind: string
  readonly lanes: readonly string[]
  readonly planned_at: Date
  readonly started_at: Date
  readonly ended_at: Date | null
  readonly outcome: string
  readonly scans: number
  readonly requests: number
  readonly windows_closed: number
  readonly calls_found: number
  readonly webhooks_missing: number
  readonly stop_reason: string | null
}

export const RUN_COLUMNS = 'run_id, kind, lanes, planned_at, started_at, ended_at, outcome, scans, requests, windows_closed, calls_found, webhooks_missing, stop_reason'

export const runOf = (row: RunRow): Run => ({
  runId: row.run_id,
  kind: row.kind,
  lanes: row.lanes,
  plannedAt: row.planned_at.getTime(),
  startedAt: row.started_at.getTime(),
  endedAt: row.ended_at?.getTime() ?? null,
  outcome: row.outcome,
  scans: row.scans,
  requests: row.requests,
  windowsClosed: row.windows_closed,
  callsFound: row.calls_found,
  webhooksMissing: row.webhooks_missing,
  stopReason: row.stop_reason,
})

/** The account's runs, the one that began last first. */
export const readRuns = async (db: Queryable, account: string, limit: number): Promise<readonly Run[]> => {
  const { rows } = await db.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM rollcall.runs WHERE account = $1 ORDER BY started_at DESC LIMIT $2`, [account, limit])
  return rows.map(runOf)
}

/** The run that began last; null where there was none. */
export const readLastRun = async (db: Queryable, account: string): Promise<Run | null> => (await readRuns(db, account, 1))[0] ?? null
