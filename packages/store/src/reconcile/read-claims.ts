import { TERMINAL_STATUSES } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { type DueAbsence, dueAbsenceParameters, isDueAbsence } from './due-absence.ts'

/**
 * Calls that only webhooks have told of, before `toldBefore`, or before `endToldBefore` where they claim that the call is over; never asked for first, then the one asked for longest ago. Left out are those
 * that the API denied a moment ago, and those it denied often enough: what is settled must not stand in the way.
 */
export const readClaims = async (
  db: Queryable,
  account: string,
  { toldBefore, endToldBefore, limit, ...due }: DueAbsence & { readonly toldBefore: Instant; readonly endToldBefore: Instant; readonly limit: number },
): Promise<readonly string[]> => {
  const { rows } = await db.query<{ call_sid: string }>(
    `SELECT c.call_sid FROM projection.calls c LEFT JOIN rollcall.absences a USING (account, call_sid)
     WHERE c.account = $1 AND NOT c.verified AND c.first_webhook_at <= CASE WHEN c.status = ANY ($4) THEN $5::timestamptz ELSE $2::timestamptz END AND ${isDueAbsence(6)}
     ORDER BY a.last_at NULLS FIRST, c.first_webhook_at, c.call_sid LIMIT $3`,
    [account, new Date(toldBefore), limit, TERMINAL_STATUSES, new Date(endToldBefore), ...dueAbsenceParameters(due)],
  )
  return rows.map((row) => row.call_sid)
}
