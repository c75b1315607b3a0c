import { REFUSED } from '../projection/refused-reason.ts'
import type { Queryable } from '../queryable.ts'
import type { Place } from './read-observations-outside.ts'

/**
 * Records of which the projection has nothing but a dead letter, by which Postgres refused what they say, in the order of the log; at most `max`. Whether that
 * is so is for the reader to see.
 */
export const readRefused = async (db: Queryable, max: number): Promise<readonly Place[]> => {
  const { rows } = await db.query<{ partition: number; log_offset: bigint }>(
    'SELECT partition, log_offset FROM projection.dead_letters WHERE starts_with(reason, $1) ORDER BY partition, log_offset LIMIT $2',
    [REFUSED, max],
  )
  return rows.map(({ partition, log_offset }) => ({ partition, offset: log_offset }))
}
