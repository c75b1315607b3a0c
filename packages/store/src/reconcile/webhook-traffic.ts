import type { Instant } from '@rollcall/domain/time'
import { UNTOLD_CALLS_AGE_MS_MAX, UNTOLD_CALLS_MIN, type WebhookTraffic } from '@rollcall/domain/window/gone-silent'
import type { Queryable } from '../queryable.ts'

/**
 * What is known of an account's webhooks: the last one, by what ingest tells and by what was judged, and how many calls ended since and lack
 * theirs. One that no reader understood did come. Costs a few reads of an index, however many calls there are.
 * @param now by the vendor's clock, which the database's may differ from: what ingest told by that is taken by its age
 */
export const readWebhookTraffic = async (db: Queryable, account: string, now: Instant): Promise<WebhookTraffic> => {
  const { rows } = await db.query<{ last: Date | null; untold: number }>(
    `WITH webhooks AS (
       SELECT greatest((SELECT max(arrived_at) FROM rollcall.judgements WHERE account = $1 AND arrived_at IS NOT NULL),
                       (SELECT $2::timestamptz - greatest(clock_timestamp() - received_at, interval '0') FROM rollcall.ingest_accounts WHERE account = $1)) AS last
     )
     SELECT last, (SELECT count(*)::int FROM (
       SELECT FROM rollcall.judgements j JOIN projection.calls c USING (account, call_sid)
       WHERE j.account = $1 AND j.outcome = 'missing' AND j.reason <> 'quarantined' AND j.judged_at >= $3
         AND c.ended_at >= $3 AND c.ended_at > coalesce(last, '-infinity') LIMIT $4) AS untold) AS untold
     FROM webhooks`,
    [account, new Date(now), new Date(now - UNTOLD_CALLS_AGE_MS_MAX), UNTOLD_CALLS_MIN],
  )
  const [row] = rows
  return { lastWebhookAt: row?.last?.getTime() ?? null, untoldCalls: row?.untold ?? 0 }
}

/** Notes whether webhooks are silent, for whoever runs next. True when it was otherwise before. */
export const noteWebhooksSilent = async (db: Queryable, account: string, silentSince: Instant | null): Promise<boolean> => {
  const { rowCount } = await db.query(
    'UPDATE rollcall.accounts SET webhooks_silent_since = $2 WHERE account = $1 AND (webhooks_silent_since IS NULL) <> ($2::timestamptz IS NULL)',
    [account, silentSince === null ? null : new Date(silentSince)],
  )
  return rowCount === 1
}
