import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { Queryable } from '../queryable.ts'
import type { MeasuredRange } from './range.ts'

/** Webhooks of one window's calls of which the same was said. */
export interface JudgedWebhooks {
  readonly from: Instant
  readonly outcome: string
  readonly reason: string | null
  readonly webhooks: number
}

/**
 * What was said of the webhooks of the calls that were created in a range, by window.
 *
 * Calls are spread over the judgements by their Sids, so to look up those of a day one by one is to read as many pages. Hence what was said of calls that were
 * created in that range when they were judged, which lies side by side, is taken first; and only calls of which nothing is found there are looked up. That
 * gives the same as looking up all of them, since what is said of one call stands under one time (save-judgements.ts): of each, all is found there, or nothing.
 */
export const readJudgedWebhooks = async (db: Queryable, account: string, range: MeasuredRange): Promise<readonly JudgedWebhooks[]> => {
  const { rows } = await db.query<{ window_from: Date; outcome: string; reason: string | null; webhooks: number }>(
    `WITH near AS MATERIALIZED (
       SELECT c.call_sid, date_bin(interval '${WINDOW_MS} milliseconds', c.created_at, timestamptz 'epoch') AS window_from, j.outcome, j.reason
       FROM projection.calls c LEFT JOIN rollcall.judgements j ON j.account = $1 AND j.call_created_at >= $2 AND j.call_created_at < $3 AND j.call_sid = c.call_sid
       WHERE c.account = $1 AND c.created_at >= $2 AND c.created_at < $3
     ), judged AS (
       SELECT window_from, outcome, reason FROM near WHERE outcome IS NOT NULL
       UNION ALL SELECT n.window_from, j.outcome, j.reason
       FROM near n CROSS JOIN LATERAL (SELECT outcome, reason FROM rollcall.judgements WHERE account = $1 AND call_sid = n.call_sid OFFSET 0) j WHERE n.outcome IS NULL
     )
     SELECT window_from, outcome, reason, count(*)::int AS webhooks FROM judged GROUP BY window_from, outcome, reason ORDER BY window_from, outcome, reason`,
    [account, new Date(range.from), new Date(range.to)],
  )
  return rows.map(({ window_from, ...judged }) => ({ from: window_from.getTime(), ...judged }))
}
