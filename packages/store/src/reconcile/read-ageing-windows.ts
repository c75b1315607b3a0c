import type { AgeingRange } from '@rollcall/domain/schedule/ageing'
import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { Queryable } from '../queryable.ts'

/** As many are read at a time: a day. */
export const AGEING_WINDOWS_MAX = 288

export interface AgeingWindow {
  readonly from: Instant
  readonly to: Instant
  /** When the look became due. */
  readonly due: Instant
  /** As the last complete scan listed. */
  readonly calls: number
}

/** Closed windows of the ranges that nobody has looked at since their look became due, in the ranges' order and oldest first. */
export const readAgeingWindows = async (db: Queryable, account: string, ranges: readonly AgeingRange[]): Promise<readonly AgeingWindow[]> => {
  const { rows } = await db.query<{ window_from: Date; due: Date; calls: number }>(
    `SELECT w.window_from, w.due, coalesce(last.calls_listed, 0) AS calls
     FROM (
       SELECT w.window_from, w.window_from + r.after AS due
       FROM unnest($2::timestamptz[], $3::timestamptz[], $4::interval[]) WITH ORDINALITY AS r (range_from, range_to, after, nth)
       CROSS JOIN LATERAL (
         SELECT w.window_from FROM rollcall.windows w
         WHERE w.account = $1 AND w.window_from >= r.range_from AND w.window_from < r.range_to AND w.state IN ('final', 'amended')
           AND NOT EXISTS (SELECT 1 FROM rollcall.window_scans s WHERE s.account = $1 AND s.window_from = w.window_from AND s.started_at >= w.window_from + r.after)
         ORDER BY w.window_from LIMIT $5
       ) w
       ORDER BY r.nth, w.window_from LIMIT $5
     ) w
     LEFT JOIN LATERAL (
       SELECT calls_listed FROM rollcall.window_scans s WHERE s.account = $1 AND s.window_from = w.window_from ORDER BY started_at DESC LIMIT 1
     ) last ON true
     ORDER BY w.window_from`,
    [
      account,
      ranges.map((range) => new Date(range.from)),
      ranges.map((range) => new Date(range.to)),
      ranges.map((range) => `${range.lookAfterMs / 1_000} seconds`),
      AGEING_WINDOWS_MAX,
    ],
  )
  return rows.map((row) => ({ from: row.window_from.getTime(), to: row.window_from.getTime() + WINDOW_MS, due: row.due.getTime(), calls: row.calls }))
}
