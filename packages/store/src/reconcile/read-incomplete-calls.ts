import type { Queryable } from '../queryable.ts'
import { type DueAbsence, dueAbsenceParameters, isDueAbsence } from './due-absence.ts'

/** When a call that a lookup told too little of is worth another one: its row may take so long after its end to be whole. */
export interface DueLookup extends DueAbsence {
  /** A row is whole so long after its call's end. */
  readonly settleMs: number
}

/** Missing webhooks that are looked through at once: in a blackout there are as many as calls, and to weigh all of them would take longer than a statement may. */
export const CONSIDERED_MAX = 500

/**
 * Calls whose expected webhook never came and whose talk time is not known, never asked for first: most accounts' lists do not tell
 * what such a webhook would have told (talk time, the legs), the single-call API does. One that was looked up while it went on, or while
 * its row still changed, is asked for again; one whose whole row does not tell either is not. Left out are also those that were looked up
 * a moment ago, after their end; those that the API denied a moment ago, and those it denied often enough: it lists calls that it does not know by Sid.
 * Counted, and not tested for existence, since that Postgres may turn into a reading of all observations.
 * @param from besides the latest, the Sid from which on they are looked through, going round to the first: another one each time, so that all have their turn
 */
export const readIncompleteCalls = async (
  db: Queryable,
  account: string,
  { from, limit, settleMs, ...due }: DueLookup & { readonly from: string; readonly limit: number },
): Promise<readonly string[]> => {
  const { rows } = await db.query<{ call_sid: string }>(
    `WITH considered AS MATERIALIZED (
       (SELECT account, call_sid, judged_at FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing' AND call_sid >= $7 ORDER BY call_sid LIMIT $8)
       UNION ALL
       (SELECT account, call_sid, judged_at FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing' AND call_sid < $7 ORDER BY call_sid LIMIT $8)
       LIMIT $8
     ), latest AS MATERIALIZED (
       SELECT account, call_sid, judged_at FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing' ORDER BY judged_at DESC LIMIT $8
     )
     SELECT j.call_sid FROM (TABLE considered UNION TABLE latest) j JOIN projection.calls c USING (account, call_sid) LEFT JOIN rollcall.absences a USING (account, call_sid)
     WHERE NOT c.state -> 'fields' ? 'conversationSeconds' AND ${isDueAbsence(3)}
       AND (SELECT count(*) FROM projection.observations o WHERE o.account = c.account AND o.call_sid = c.call_sid AND o.surface = 'call-lookup'
              AND o.received_at >= c.ended_at AND (o.received_at > $3 OR o.received_at >= c.ended_at + $6 * interval '1 millisecond')) = 0
     ORDER BY a.last_at NULLS FIRST, j.judged_at, j.call_sid LIMIT $2`,
    [account, limit, ...dueAbsenceParameters(due), settleMs, from, Math.max(CONSIDERED_MAX, limit)],
  )
  return rows.map((row) => row.call_sid)
}
