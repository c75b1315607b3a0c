import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { istDaySql } from './ist-day-sql.ts'

/** The measures of one IST day, as they were counted; `measures` is what the contract calls DayMeasures, less what is beside it here. */
export interface StoredDay {
  /** Such as 2026-11-24. */
  readonly day: string
  readonly measuredAt: Instant
  readonly measures: unknown
}

/** Days from `from` to `to`, both included, in order; a day that was not counted yet is absent. */
export const readDayMeasures = async (db: Queryable, account: string, from: string, to: string): Promise<readonly StoredDay[]> => {
  const { rows } = await db.query<{ day: string; measured_at: Date; measures: unknown }>(
    `SELECT day::text AS day, measured_at, measures FROM rollcall.day_measures WHERE account = $1 AND day BETWEEN $2::date AND $3::date ORDER BY day`,
    [account, from, to],
  )
  return rows.map((row) => ({ day: row.day, measuredAt: row.measured_at.getTime(), measures: row.measures }))
}

/** A day that has to be counted, and how many changes there were of it when that was found (mark-days.ts). */
export interface StaleDay {
  readonly day: string
  readonly changes: bigint
}

/** Says again what a day measures. @param changes as they were before it was counted */
export const saveDayMeasures = async (db: Queryable, account: string, { day, measuredAt, measures, changes }: StoredDay & StaleDay): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.day_measures (account, day, measured_at, measures, changes_counted) VALUES ($1, $2::date, $3, $4, $5)
     ON CONFLICT (account, day) DO UPDATE SET measured_at = excluded.measured_at, measures = excluded.measures, changes_counted = excluded.changes_counted`,
    [account, day, new Date(measuredAt), JSON.stringify(measures), changes.toString()],
  )
}

/**
 * IST days, the latest first, that were never counted, or not since something in them changed: a scan of them ended, or a window of theirs moved, which may be
 * minutes after its scan, when what that found was read back; or they were marked (mark-days.ts). A scan takes no hour.
 * Looked at is what changed since `since`; `slackMs` is how far Exotel's clock, by which that is noted, may be behind ours.
 */
export const readStaleDays = async (
  db: Queryable,
  account: string,
  { since, now, slackMs }: { readonly since: Instant; readonly now: Instant; readonly slackMs: number },
): Promise<readonly StaleDay[]> => {
  const { rows } = await db.query<StaleDay>(
    `WITH touched AS (
       SELECT day::date AS day, max(ended_at) AS at FROM rollcall.scans, generate_series(${istDaySql('range_from')}, ${istDaySql("range_to - interval '1 millisecond'")}, interval '1 day') AS day
       WHERE account = $1 AND started_at >= $2::timestamptz - interval '1 hour' AND ended_at >= $2 AND range_to > range_from GROUP BY 1
       UNION ALL SELECT ${istDaySql('window_from')}, max(since) FROM rollcall.windows WHERE account = $1 AND since >= $2 GROUP BY 1
       UNION ALL SELECT day::date, NULL FROM rollcall.accounts, generate_series(${istDaySql('first_window')}, ${istDaySql('$3::timestamptz')}, interval '1 day') AS day WHERE account = $1
     )
     SELECT t.day::text AS day, coalesce(d.changes, 0) AS changes FROM touched t LEFT JOIN rollcall.day_measures d ON d.account = $1 AND d.day = t.day
     GROUP BY t.day, d.measured_at, d.changes, d.changes_counted HAVING d.measured_at IS NULL OR d.changes > d.changes_counted OR max(t.at) + $4 * interval '1 millisecond' >= d.measured_at ORDER BY t.day DESC`,
    [account, new Date(since), new Date(now), slackMs],
  )
  return rows
}
