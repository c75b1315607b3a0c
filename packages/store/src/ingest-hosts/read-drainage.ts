import type { Queryable } from '../queryable.ts'

/**
 * How long ago, in milliseconds, that moment was up to which every known spool is drained: all that was received before it is in the log.
 * 0 where no spool can hold anything; null where no host ever told of its spools. A host that is silent counts with what it said last; left
 * out are those that stopped with nothing left, that were retired, and that were given up.
 */
export const readDrainage = async (db: Queryable): Promise<number | null> => {
  const { rows } = await db.query<{ spools: number; ago_ms: number | null }>(
    `SELECT count(*)::int AS spools,
            (extract(epoch FROM clock_timestamp() - min(coalesce(drained_to, 'epoch'))
              FILTER (WHERE retired_at IS NULL AND given_up_at IS NULL AND NOT (state = 'stopped' AND spool_records = 0))) * 1000)::float8 AS ago_ms
     FROM rollcall.ingest_hosts`,
  )
  const [row] = rows
  if (row === undefined || row.spools === 0) return null
  return Math.max(0, row.ago_ms ?? 0)
}
