import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/**
 * Calls that only webhooks have told of, before `toldBefore`; never asked for first, then the one asked for longest ago. Left out are those
 * that the API denied after `askedSince`, and those it denied often enough: what is settled must not stand in the way.
 */
export const readClaims = async (
  db: Queryable,
  account: string,
  options: { readonly toldBefore: Instant; readonly askedSince: Instant; readonly absencesNeeded: number; readonly absenceSpanMs: number; readonly limit: number },
): Promise<readonly string[]> => {
  const { toldBefore, askedSince, absencesNeeded, absenceSpanMs, limit } = options
  const { rows } = await db.query<{ call_sid: string }>(
    `SELECT c.call_sid FROM projection.calls c LEFT JOIN rollcall.absences a USING (account, call_sid)
     WHERE c.account = $1 AND NOT c.verified AND c.first_webhook_at <= $2
       AND (a.call_sid IS NULL OR (a.last_at <= $3 AND (a.times < $4 OR a.last_at - a.first_at < $5 * interval '1 millisecond')))
     ORDER BY a.last_at NULLS FIRST, c.first_webhook_at, c.call_sid LIMIT $6`,
    [account, new Date(toldBefore), new Date(askedSince), absencesNeeded, absenceSpanMs, limit],
  )
  return rows.map((row) => row.call_sid)
}
