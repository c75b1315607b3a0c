import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { RUN_COLUMNS, type Run, type RunRow, runOf } from '../status/read-runs.ts'

/** Runs that began before `before`, the one that began last first; all where it is null. */
export const pageRuns = async (db: Queryable, account: string, before: { readonly startedAt: Instant; readonly runId: string } | null, limit: number): Promise<readonly Run[]> => {
  const { rows } = await db.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM rollcall.runs WHERE account = $1 AND ($2::timestamptz IS NULL OR (started_at, run_id) < ($2, $3::uuid)) ORDER BY started_at DESC, run_id DESC LIMIT $4`,
    [account, before === null ? null : new Date(before.startedAt), before?.runId ?? null, limit],
  )
  return rows.map(runOf)
}

/** Null where the account has no such run. */
export const readRun = async (db: Queryable, account: string, runId: string): Promise<Run | null> => {
  const { rows } = await db.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM rollcall.runs WHERE account = $1 AND run_id = $2`, [account, runId])
  return rows[0] === undefined ? null : runOf(rows[0])
}
