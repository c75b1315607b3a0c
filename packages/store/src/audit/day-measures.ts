import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

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

/** Says again what a day measures. */
export const saveDayMeasures = async (db: Queryable, account: string, { day, measuredAt, measures }: StoredDay): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.day_measures (account, day, measured_at, measures) VALUES ($1, $2::date, $3, $4)
     ON CONFLICT (account, day) DO UPDATE SET measured_at = excluded.measured_at, measures = excluded.measures`,
    [account, day, new Date(measuredAt), JSON.stringify(measures)],
  )
}

const DAY_OF = (time: string): string => `(((${time}) AT TIME ZONE 'UTC') + interval '330 minutes')::date`

/**
 * IST days, the latest first, that were never counted, or not since something in them changed: a scan of them ended, or a window of theirs moved, which may be
 * minutes after its scan, when what that found was read back. A scan takes no hour.
 * Looked at is what changed since `since`; `slackMs` is how far Exotel's clock, by which that is noted, may be behind ours.
 */
export const readStaleDays = async (
  db: Queryable,
  account: string,
  { since, now, slackMs }: { readonly since: Instant; readonly now: Instant; readonly slackMs: number },
): Promise<readonly string[]> => {
  const { rows } = await db.query<{ day: string }>(
    `WITH touched AS (
       SELECT day::date AS day, max(ended_at) AS at FROM rollcall.scans, generate_series(${DAY_OF('range_from')}, ${DAY_OF("range_to - interval '1 millisecond'")}, interval '1 day') AS day
       WHERE account = $1 AND started_at >= $2::timestamptz - interval '1 hour' AND ended_at >= $2 AND range_to > range_from GROUP BY 1
       UNION ALL SELECT ${DAY_OF('window_from')}, max(since) FROM rollcall.windows WHERE account = $1 AND since >= $2 GROUP BY 1
       UNION ALL SELECT day::date, NULL FROM rollcall.accounts, generate_series(${DAY_OF('first_window')}, ${DAY_OF('$3::timestamptz')}, interval '1 day') AS day WHERE account = $1
     )
     SELECT t.day::text AS day FROM touched t LEFT JOIN rollcall.day_measures d ON d.account = $1 AND d.day = t.day
     GROUP BY t.day, d.measured_at HAVING d.measured_at IS NULL OR max(t.at) + $4 * interval '1 millisecond' >= d.measured_at ORDER BY t.day DESC`,
    [account, new Date(since), new Date(now), slackMs],
  )
  return rows.map(({ day }) => day)
}
