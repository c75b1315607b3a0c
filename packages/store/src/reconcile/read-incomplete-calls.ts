import type { Queryable } from '../queryable.ts'
import { type DueAbsence, dueAbsenceParameters, isDueAbsence } from './due-absence.ts'

/** When a call that a lookup told too little of is worth another one: its row may take so long after its end to be whole. */
export interface DueLookup extends DueAbsence {
  /** A row is whole so long after its call's end. */
  readonly settleMs: number
}

/**
 * Calls whose expected webhook never came and whose talk time is not known, never asked for first: most accounts' lists do not tell
 * what such a webhook would have told (talk time, the legs), the single-call API does. One that was looked up while it went on, or while
 * its row still changed, is asked for again; one whose whole row does not tell either is not. Left out are also those that were looked up
 * a moment ago, after their end; those that the API denied a moment ago, and those it denied often enough: it lists calls that it does not know by Sid.
 */
export const readIncompleteCalls = async (db: Queryable, account: string, { limit, settleMs, ...due }: DueLookup & { readonly limit: number }): Promise<readonly string[]> => {
  const { rows } = await db.query<{ call_sid: string }>(
    `SELECT j.call_sid FROM rollcall.judgements j JOIN projection.calls c USING (account, call_sid) LEFT JOIN rollcall.absences a USING (account, call_sid)
     WHERE j.account = $1 AND j.outcome = 'missing' AND NOT c.state -> 'fields' ? 'conversationSeconds' AND ${isDueAbsence(3)}
       AND NOT EXISTS (SELECT FROM projection.observations o WHERE o.account = c.account AND o.call_sid = c.call_sid AND o.surface = 'call-lookup'
                         AND o.received_at >= c.ended_at AND (o.received_at > $3 OR o.received_at >= c.ended_at + $6 * interval '1 millisecond'))
     ORDER BY a.last_at NULLS FIRST, j.judged_at, j.call_sid LIMIT $2`,
    [account, limit, ...dueAbsenceParameters(due), settleMs],
  )
  return rows.map((row) => row.call_sid)
}
