import { DAY, type Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** As many tell how long an account's calls are. */
export const CALL_LENGTHS_MAX = 2_000
const CALL_LENGTHS_AGE_MS_MAX = 7 * DAY

/** Milliseconds of the newest calls created before a moment, by which all of them had ended; one that was never answered lasted 0. */
export const readCallLengths = async (db: Queryable, account: string, before: Instant): Promise<readonly number[]> => {
  const { rows } = await db.query<{ ms: number }>(
    `SELECT 1000 * coalesce(duration_seconds, 0)::float8 AS ms FROM projection.calls
     WHERE account = $1 AND created_at < $2 AND created_at >= $3 ORDER BY created_at DESC LIMIT $4`,
    [account, new Date(before), new Date(before - CALL_LENGTHS_AGE_MS_MAX), CALL_LENGTHS_MAX],
  )
  return rows.map((row) => row.ms)
}
