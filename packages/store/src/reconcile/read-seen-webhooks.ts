import { TERMINAL_STATUSES } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import type { SeenCalls } from '@rollcall/domain/window/suggest-rules'
import type { Queryable } from '../queryable.ts'

/** Kinds of calls that are looked at together. */
export const SEEN_MAX = 10_000

/**
 * How many calls of each direction and ExoPhone had exactly which events, at most `limit` kinds: of calls that the API told of, that Exotel
 * created in `[from, to)`, and that ended before `endedBefore`.
 */
export const readSeenWebhooks = async (
  db: Queryable,
  account: string,
  options: { readonly from: Instant; readonly to: Instant; readonly endedBefore: Instant; readonly limit: number },
): Promise<readonly SeenCalls[]> => {
  const { rows } = await db.query<SeenCalls>(
    `SELECT direction, exophone, events, count(*)::int AS calls
     FROM (
       SELECT direction, exophone, ARRAY(SELECT jsonb_object_keys(state -> 'events') AS event ORDER BY event) AS events
       FROM projection.calls
       WHERE account = $1 AND created_at >= $2 AND created_at < $3 AND verified AND status = ANY ($4) AND ended_at < $5
     ) AS ended
     GROUP BY direction, exophone, events ORDER BY calls DESC LIMIT $6`,
    [account, new Date(options.from), new Date(options.to), TERMINAL_STATUSES, new Date(options.endedBefore), options.limit],
  )
  return rows
}
