import type { WindowProgress } from '@rollcall/domain/schedule/window-progress'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { WindowState } from '@rollcall/domain/window/window-state'
import type { Queryable } from '../queryable.ts'
import { IS_LEFT_TO_NO_BACKFILL, SCANS_PER_WINDOW_MAX } from './read-windows.ts'

interface Row {
  readonly window_from: Date
  readonly state: WindowState['state']
  /** Epoch milliseconds, oldest first. */
  readonly scanned_at: readonly number[] | null
  readonly listed: number | null
}

/** Windows that are not final yet and that no backfill is still to read, in order: only what a plan is made from, since it is made between any two scans. */
export const readOpenWindows = async (db: Queryable, account: string): Promise<readonly WindowProgress[]> => {
  const { rows } = await db.query<Row>(
    `SELECT w.window_from, w.state, s.scanned_at, s.listed
     FROM rollcall.windows w
     LEFT JOIN LATERAL (
       SELECT array_agg((extract(epoch FROM started_at) * 1000)::float8 ORDER BY started_at) AS scanned_at, (array_agg(calls_listed ORDER BY started_at DESC))[1] AS listed
       FROM (SELECT started_at, calls_listed FROM rollcall.window_scans ws WHERE ws.account = w.account AND ws.window_from = w.window_from
             ORDER BY started_at DESC LIMIT $2) newest
     ) s ON true
     WHERE w.account = $1 AND w.state NOT IN ('final', 'amended', 'gap') AND ${IS_LEFT_TO_NO_BACKFILL}
     ORDER BY w.window_from`,
    [account, SCANS_PER_WINDOW_MAX],
  )
  return rows.map(({ window_from, state, scanned_at, listed }) => {
    const from = window_from.getTime()
    const scans = (scanned_at ?? []).map((startedAt) => ({ startedAt }))
    return { window: { from, to: from + WINDOW_MS }, state: { state }, scans, listed }
  })
}
