import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { OF_DAY } from './day-rows.ts'
import { TOLD_CALLS } from './told-calls.ts'

export interface Offsets {
  readonly from: bigint
  readonly to: bigint
}

/** Where a record of the log stands. */
export interface Place {
  readonly partition: number
  readonly offset: bigint
}

/**
 * Records outside of these offsets, half-open and by partition, that told of calls of the day `[from, to)` by what is stored of them, or by what was read
 * so far: what became known of them long after, another time of creation perhaps, in the order of the log. At most `max`.
 */
export const readObservationsOutside = async (
  db: Queryable,
  { account, from, to, read, max }: { readonly account: string; readonly from: Instant; readonly to: Instant; readonly read: ReadonlyMap<number, Offsets>; readonly max: number },
): Promise<readonly Place[]> => {
  const { rows } = await db.query<{ partition: number; log_offset: bigint }>(
    `SELECT o.partition, o.log_offset FROM (
       SELECT call_sid FROM projection.calls WHERE account = $1 AND ${OF_DAY}
       UNION SELECT call_sid FROM ${TOLD_CALLS} WHERE account = $1 AND ${OF_DAY}
     ) c JOIN projection.observations o ON o.account = $1 AND o.call_sid = c.call_sid
     LEFT JOIN unnest($4::int[], $5::bigint[], $6::bigint[]) AS r (partition, low, high) ON r.partition = o.partition
     WHERE o.outcome = 'facts' AND (r.partition IS NULL OR o.log_offset < r.low OR o.log_offset >= r.high)
     ORDER BY o.partition, o.log_offset LIMIT $7`,
    [
      account,
      new Date(from),
      new Date(to),
      [...read.keys()],
      [...read.values()].map((offsets) => offsets.from.toString()),
      [...read.values()].map((offsets) => offsets.to.toString()),
      max,
    ],
  )
  return rows.map(({ partition, log_offset }) => ({ partition, offset: log_offset }))
}
