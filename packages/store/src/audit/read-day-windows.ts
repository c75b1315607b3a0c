import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { MeasuredRange } from '../measures/range.ts'
import { windowCountsSql } from '../measures/window-counts.ts'
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
    `WITH ${windowCountsSql(null)}, judged AS (
       SELECT date_bin(interval '${WINDOW_MS} milliseconds', c.created_at, timestamptz 'epoch') AS window_from,
              count(*) FILTER (WHERE j.outcome <> 'not-expected') AS expected, count(*) FILTER (WHERE j.outcome = 'missing') AS missing
       FROM projection.calls c JOIN rollcall.judgements j ON j.account = c.account AND j.call_sid = c.call_sid
       WHERE c.account = $1 AND c.created_at >= $2 AND c.created_at < $3 GROUP BY 1
     )
     SELECT s.window_from, w.state, w.reason, w.since, coalesce((w.detail ->> 'times')::int, 0) AS amendments, coalesce(c.scans, 0)::int AS scans, coalesce(c.listed, 0)::int AS listed,
            coalesce(c.exact, 0)::int AS exact, coalesce(c.unlisted, 0)::int AS unlisted, coalesce(c.claims, 0)::int AS claims,
            coalesce(judged.expected, 0)::int AS webhooks_expected, coalesce(judged.missing, 0)::int AS webhooks_missing
     FROM generate_series($2::timestamptz, $3::timestamptz - interval '${WINDOW_MS} milliseconds', interval '${WINDOW_MS} milliseconds') AS s (window_from)
     LEFT JOIN rollcall.windows w ON w.account = $1 AND w.window_from >= $2 AND w.window_from < $3 AND w.window_from = s.window_from
     LEFT JOIN counted c ON c.window_from = s.window_from LEFT JOIN judged ON judged.window_from = s.window_from
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
