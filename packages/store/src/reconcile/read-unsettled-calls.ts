import { TERMINAL_STATUSES } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import type { Turn } from '@rollcall/domain/window/coverage'
import type { KnownUpTo } from '@rollcall/domain/window/judge'
import type { Queryable } from '../queryable.ts'

/**
 * Calls whose judgement no longer says what is known, oldest judgement first: an expected webhook came after all, one that was still awaited
 * can be awaited no longer, one that is missing came and no reader understood it, or the call proved to be of another kind. Exactly those,
 * so that once judged they are not met again and a bound starves nobody.
 * @param known up to when the log was read, and the spools were drained, by the vendor's clock
 * @param missingSince a webhook that is missing for longer is not looked for any more: what is finished should cost nothing. A quarantined
 * one is, since a person may take long to have it replayed
 */
export const readUnsettledCalls = async (
  db: Queryable,
  account: string,
  options: { readonly turns: readonly Turn[]; readonly known: KnownUpTo; readonly missingSince: Instant; readonly limit: number },
): Promise<readonly string[]> => {
  const { turns, known, missingSince, limit } = options
  const { rows } = await db.query<{ call_sid: string }>(
    `SELECT j.call_sid FROM rollcall.judgements j JOIN projection.calls c USING (account, call_sid)
     WHERE j.account = $1 AND j.outcome IN ('pending', 'missing') AND (j.outcome = 'pending' OR j.reason = 'quarantined' OR j.judged_at >= $2)
       AND EXISTS (
         SELECT FROM unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $10::boolean[]) AS turn (rule, expectation, event, within_ms, is_expected)
         WHERE turn.rule = j.rule AND turn.expectation = j.expectation
           AND (c.state -> 'events' ? turn.event
             OR (strpos(turn.event, '/') = 0 AND EXISTS (SELECT FROM jsonb_object_keys(c.state -> 'events') AS came (event) WHERE starts_with(came.event, turn.event || '/')))
             OR (j.outcome = 'pending' AND c.status = ANY ($7)
               AND c.ended_at + turn.within_ms * interval '1 millisecond' < CASE WHEN j.reason = 'spooled' THEN $11::timestamptz ELSE $8::timestamptz END)
             OR (j.outcome = 'missing' AND j.reason IS DISTINCT FROM 'quarantined' AND turn.is_expected
               AND EXISTS (SELECT FROM projection.dead_letters d
                           WHERE d.headers ->> 'ce_subject' = j.call_sid AND d.headers ->> 'ce_account' = j.account
                             AND d.headers ->> 'ce_surface' IN (split_part(turn.event, '/', 1), 'unrecognised')))))
     GROUP BY j.call_sid ORDER BY min(j.judged_at), j.call_sid LIMIT $9`,
    [
      account,
      new Date(missingSince),
      turns.map((turn) => turn.rule),
      turns.map((turn) => turn.expectation),
      turns.map((turn) => turn.event),
      turns.map((turn) => turn.withinMs),
      TERMINAL_STATUSES,
      new Date(known.readTo),
      limit,
      turns.map((turn) => turn.isExpected),
      new Date(Math.min(known.readTo, known.drainedTo ?? known.readTo)),
    ],
  )
  return rows.map((row) => row.call_sid)
}
