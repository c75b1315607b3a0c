import { TERMINAL_STATUSES } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/**
 * Calls whose judgement no longer says what the record does, oldest judgement first: an expected webhook came after all, or one that was
 * still awaited can be awaited no longer. Exactly those, so that once judged they are not met again and a bound starves nobody.
 * @param events which event satisfies which expectation
 * @param overdueSince calls that ended before this can be awaited no longer
 * @param missingSince a webhook that is missing for longer is not looked for any more: what is finished should cost nothing
 */
export const readUnsettledCalls = async (
  db: Queryable,
  account: string,
  options: {
    readonly events: readonly { readonly expectation: string; readonly event: string }[]
    readonly overdueSince: Instant
    readonly missingSince: Instant
    readonly limit: number
  },
): Promise<readonly string[]> => {
  const { events, overdueSince, missingSince, limit } = options
  const { rows } = await db.query<{ call_sid: string }>(
    `SELECT j.call_sid FROM rollcall.judgements j JOIN projection.calls c USING (account, call_sid)
     WHERE j.account = $1 AND j.outcome IN ('pending', 'missing') AND (j.outcome = 'pending' OR j.judged_at >= $2)
       AND (EXISTS (SELECT FROM unnest($3::text[], $4::text[]) AS came (expectation, event) WHERE came.expectation = j.expectation AND c.state -> 'events' ? came.event)
            OR (j.outcome = 'pending' AND c.ended_at < $5 AND c.status = ANY ($6)))
     GROUP BY j.call_sid ORDER BY min(j.judged_at), j.call_sid LIMIT $7`,
    [account, new Date(missingSince), events.map((came) => came.expectation), events.map((came) => came.event), new Date(overdueSince), TERMINAL_STATUSES, limit],
  )
  return rows.map((row) => row.call_sid)
}
