import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Calls whose salt is deleted: one, or those created before a moment. */
export type Erasable = { readonly callSid: string } | { readonly createdBefore: Instant }

/** Of calls whose salt is not deleted yet, certified or not, in `chosen`. */
const CHOSEN = `SELECT c.account, c.call_sid FROM projection.calls c LEFT JOIN rollcall.call_salts s ON s.account = c.account AND s.call_sid = c.call_sid
  WHERE c.account = $1 AND (c.call_sid = $2 OR c.created_at < $3) AND (s.call_sid IS NULL OR s.salt IS NOT NULL)`

const parameters = (account: string, of: Erasable): readonly unknown[] => [account, 'callSid' in of ? of.callSid : null, 'createdBefore' in of ? new Date(of.createdBefore) : null]

/** How many calls have a salt that can be deleted, or none yet. */
export const countErasable = async (db: Queryable, account: string, of: Erasable): Promise<number> => {
  const { rows } = await db.query<{ calls: number }>(`SELECT count(*)::int AS calls FROM (${CHOSEN}) chosen`, [...parameters(account, of)])
  return rows[0]?.calls ?? 0
}

/** Of how many calls the salts were deleted, and the last of these calls in bytewise order. */
export interface ErasedSalts {
  readonly calls: number
  readonly last: string | null
}

/**
 * Deletes the salts of at most `max` of these calls after `after` for good, and sees to it that a call that has none gets none: what was committed to with
 * them can no more be shown to be theirs.
 */
export const eraseSalts = async (db: Queryable, account: string, of: Erasable, { after, max }: { readonly after: string; readonly max: number }): Promise<ErasedSalts> => {
  const { rows } = await db.query<{ calls: number; last: string | null }>(
    `WITH erased AS (
       INSERT INTO rollcall.call_salts (account, call_sid, salt) SELECT account, call_sid, NULL::bytea FROM (${CHOSEN} AND c.call_sid > $4 ORDER BY c.call_sid LIMIT $5) chosen
       ON CONFLICT (account, call_sid) DO UPDATE SET salt = NULL RETURNING call_sid
     ) SELECT count(*)::int AS calls, max(call_sid) AS last FROM erased`,
    [...parameters(account, of), after, max],
  )
  return rows[0] ?? { calls: 0, last: null }
}
