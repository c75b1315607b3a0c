import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { MeasuredRange } from '../measures/range.ts'
import type { Queryable } from '../queryable.ts'

/** One window with its state and counts; the counts as in StateCompleteness. */
export interface WindowCounts {
  readonly from: Instant
  /** Null, as its reason and since, where it was not taken on or has not begun. */
  readonly state: string | null
  readonly reason: string | null
  readonly since: Instant | null
  readonly amendments: number
  readonly scans: number
  readonly listed: number
  readonly exact: number
  readonly unlisted: number
  readonly claims: number
  readonly webhooksExpected: number
  readonly webhooksMissing: number
}

interface Row extends Omit<WindowCounts, 'from' | 'since' | 'webhooksExpected' | 'webhooksMissing'> {
  readonly window_from: Date
  readonly since: Date | null
  readonly webhooks_expected: number
  readonly webhooks_missing: number
}

/** Every window of the range, in order, also where there is none yet. */
export const readDayWindows = async (db: Queryable, account: string, range: MeasuredRange): Promise<readonly WindowCounts[]> => {
  const { rows } = await db.query<Row>(
    `WITH scanned AS (
       SELECT window_from, count(*) AS scans, (array_agg(calls_listed ORDER BY started_at DESC, scan_id DESC))[1] AS listed,
              (array_agg(CASE WHEN projected THEN calls_listed ELSE calls_held END ORDER BY started_at DESC, scan_id DESC))[1] AS read_back
       FROM rollcall.window_scans WHERE account = $1 AND window_from >= $2 AND window_from < $3 GROUP BY window_from
     ), created AS (
       SELECT date_bin(interval '${WINDOW_MS} milliseconds', created_at, timestamptz 'epoch') AS window_from, call_sid, verified, state -> 'firstSeen' ? 'poll' AS listed
       FROM projection.calls WHERE account = $1 AND created_at >= $2 AND created_at < $3
     ), held AS (
       SELECT window_from, count(*) FILTER (WHERE verified AND listed) AS listed, count(*) FILTER (WHERE verified AND NOT listed) AS unlisted, count(*) FILTER (WHERE NOT verified) AS claims
       FROM created GROUP BY window_from
     ), judged AS (
       SELECT window_from, count(*) FILTER (WHERE j.outcome <> 'not-expected') AS expected, count(*) FILTER (WHERE j.outcome = 'missing') AS missing
       FROM created c JOIN rollcall.judgements j ON j.account = $1 AND j.call_sid = c.call_sid GROUP BY window_from
     )
     SELECT s.window_from, w.state, w.reason, w.since, coalesce((w.detail ->> 'times')::int, 0) AS amendments, coalesce(scanned.scans, 0)::int AS scans, coalesce(scanned.listed, 0)::int AS listed,
            coalesce(least(scanned.listed, scanned.read_back, coalesce(held.listed, 0)), 0)::int AS exact, coalesce(held.unlisted, 0)::int AS unlisted, coalesce(held.claims, 0)::int AS claims,
            coalesce(judged.expected, 0)::int AS webhooks_expected, coalesce(judged.missing, 0)::int AS webhooks_missing
     FROM generate_series($2::timestamptz, $3::timestamptz - interval '${WINDOW_MS} milliseconds', interval '${WINDOW_MS} milliseconds') AS s (window_from)
     LEFT JOIN rollcall.windows w ON w.account = $1 AND w.window_from >= $2 AND w.window_from < $3 AND w.window_from = s.window_from
     LEFT JOIN scanned ON scanned.window_from = s.window_from LEFT JOIN held ON held.window_from = s.window_from LEFT JOIN judged ON judged.window_from = s.window_from
     ORDER BY s.window_from`,
    [account, new Date(range.from), new Date(range.to)],
  )
  return rows.map(({ window_from, since, webhooks_expected, webhooks_missing, ...row }) => ({
    ...row,
    from: window_from.getTime(),
    since: since?.getTime() ?? null,
    webhooksExpected: webhooks_expected,
    webhooksMissing: webhooks_missing,
  }))
}
