import type { Instant } from '@rollcall/domain/time'
import type { MeasuredRange } from '../measures/range.ts'
import type { Queryable } from '../queryable.ts'

/**
 * Whether the audit topic, as far as it is folded, has told every move that these windows had made by a moment. Moves are told in their order, a little after they are
 * made: so once a later one has been told all have been, and else where the state that each window is in has been.
 */
export const areMovesTold = async (db: Queryable, account: string, range: MeasuredRange, asOf: Instant): Promise<boolean> => {
  const { rows } = await db.query<{ told: boolean }>(
    // A window that began after the moment was made after it: there a later move is found at once, where there is one.
    `SELECT EXISTS (SELECT FROM rollcall.window_changes c WHERE c.account = $1 AND c.window_from > $4 AND c.noted_at > $4)
         OR NOT EXISTS (
           SELECT FROM rollcall.windows w WHERE w.account = $1 AND w.window_from >= $2 AND w.window_from < $3
             AND NOT EXISTS (SELECT FROM rollcall.window_changes c WHERE c.account = $1 AND c.window_from = w.window_from AND c.to_state = w.state AND c.at = w.since)) AS told`,
    [account, new Date(range.from), new Date(range.to), new Date(asOf)],
  )
  return rows[0]?.told === true
}
