import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** A spool that nobody waits for any more. */
export interface GivenUp {
  readonly instance: string
  readonly spool: string
  readonly host: string
  /** By the database's clock. */
  readonly seenAt: Instant
  /** Records that it had left when it was last seen; it may have received more since. */
  readonly records: number
}

/**
 * Gives up the spools of hosts that were silent for so long, unless they had stopped with nothing left. Returns those that nobody had given
 * up before: whoever runs first tells of them.
 */
export const giveUpHosts = async (db: Queryable, silentMsMax: number): Promise<readonly GivenUp[]> => {
  const { rows } = await db.query<{ instance: string; spool: string; host: string; seen_at: Date; spool_records: bigint }>(
    `UPDATE rollcall.ingest_hosts SET given_up_at = clock_timestamp()
     WHERE given_up_at IS NULL AND retired_at IS NULL AND NOT (state = 'stopped' AND spool_records = 0) AND seen_at < clock_timestamp() - $1 * interval '1 millisecond'
     RETURNING instance, spool, host, seen_at, spool_records`,
    [silentMsMax],
  )
  return rows.map((row) => ({ instance: row.instance, spool: row.spool, host: row.host, seenAt: row.seen_at.getTime(), records: Number(row.spool_records) }))
}
