import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Keeps the states of these windows as they are, before other ones are written in their place. */
export const keepWindowHistory = async (db: Queryable, account: string, windows: readonly Instant[], now: Instant): Promise<void> => {
  if (windows.length === 0) return
  await db.query(
    `INSERT INTO rollcall.window_history (account, window_from, state, since, detail, reason, replaced_at)
     SELECT account, window_from, state, since, detail, reason, $3 FROM rollcall.windows WHERE account = $1 AND window_from = ANY ($2::timestamptz[])`,
    [account, windows.map((from) => new Date(from)), new Date(now)],
  )
}
