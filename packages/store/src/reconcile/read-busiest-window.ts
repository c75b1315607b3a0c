import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Calls of the busiest window since then, as Exotel listed it; null where none was listed. Only what Exotel said counts: a webhook is a claim, and claims must not stop a start. */
export const readBusiestWindow = async (db: Queryable, account: string, since: Instant): Promise<number | null> => {
  const { rows } = await db.query<{ calls: number | null }>('SELECT max(calls_listed) AS calls FROM rollcall.window_scans WHERE account = $1 AND window_from >= $2', [
    account,
    new Date(since),
  ])
  return rows[0]?.calls ?? null
}
