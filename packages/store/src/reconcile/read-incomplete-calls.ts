import type { Queryable } from '../queryable.ts'
import { type DueAbsence, dueAbsenceParameters, isDueAbsence } from './due-absence.ts'

/**
 * Calls whose expected webhook never came and that were not yet read by Sid, never asked for first: most accounts' lists do not tell
 * what such a webhook would have told (talk time, the legs), the single-call API does. One whose talk time is known needs no asking.
 * Left out are those that the API denied a moment ago, and those it denied often enough: it lists calls that it does not know by Sid.
 */
export const readIncompleteCalls = async (db: Queryable, account: string, { limit, ...due }: DueAbsence & { readonly limit: number }): Promise<readonly string[]> => {
  const { rows } = await db.query<{ call_sid: string }>(
    `SELECT j.call_sid FROM rollcall.judgements j JOIN projection.calls c USING (account, call_sid) LEFT JOIN rollcall.absences a USING (account, call_sid)
     WHERE j.account = $1 AND j.outcome = 'missing' AND NOT c.state -> 'firstSeen' ? 'lookup' AND NOT c.state -> 'fields' ? 'conversationSeconds' AND ${isDueAbsence(3)}
     ORDER BY a.last_at NULLS FIRST, j.judged_at, j.call_sid LIMIT $2`,
    [account, limit, ...dueAbsenceParameters(due)],
  )
  return rows.map((row) => row.call_sid)
}
