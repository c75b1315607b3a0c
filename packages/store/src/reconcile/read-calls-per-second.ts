import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Before so long ago the trailing passes have found as good as all calls; of later ones only webhooks may have told. */
export const FOUND_AFTER_MS = 10 * MINUTE
/** Of the calls before that, a quarter of an hour. */
export const RATE_SPAN_MS = 15 * MINUTE

/**
 * How many calls are created in a second now, as far as we hold them: in the last ten minutes, where webhooks tell of them at once, or in
 * the quarter of an hour before, whichever is more. @param now by the vendor's clock
 */
export const readCallsPerSecond = async (db: Queryable, account: string, now: Instant): Promise<number> => {
  const found = now - FOUND_AFTER_MS
  const { rows } = await db.query<{ earlier: number; lately: number }>(
    `SELECT count(*) FILTER (WHERE created_at < $3)::int AS earlier, count(*) FILTER (WHERE created_at >= $3)::int AS lately
     FROM projection.calls WHERE account = $1 AND created_at >= $2 AND created_at < $4`,
    [account, new Date(found - RATE_SPAN_MS), new Date(found), new Date(now)],
  )
  const { earlier, lately } = rows[0] ?? { earlier: 0, lately: 0 }
  return Math.max((earlier * SECOND) / RATE_SPAN_MS, (lately * SECOND) / FOUND_AFTER_MS)
}
