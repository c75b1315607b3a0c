import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** One spool of an ingest host, as it says itself. Times are the database's. */
export interface SpoolState {
  /** Name of the spool's folder: the number of the worker whose it is, or was. */
  readonly spool: string
  /** Everything received before this is in the log; null while that is not known of any moment. */
  readonly drainedTo: Instant | null
  /** Records that the log has not acknowledged. */
  readonly records: number
  /** Bytes on disk, acknowledged or not. */
  readonly bytes: number
  /** When the oldest unacknowledged record was spooled, where that is known. */
  readonly oldestAt: Instant | null
}

export interface SignOfLife {
  /** Of the folder of spools. */
  readonly instance: string
  /** Name of the machine, for people. */
  readonly host: string
  readonly state: 'running' | 'stopped'
  readonly spools: readonly SpoolState[]
}

/** Takes over what a host says of its spools: a sign of life, which also undoes having been given up or retired. What was drained stays drained. */
export const saveSignOfLife = async (db: Queryable, { instance, host, state, spools }: SignOfLife): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.ingest_hosts AS h (instance, spool, host, state, seen_at, drained_to, spool_records, spool_bytes, oldest_at)
     SELECT $1, spool, $2, $3, clock_timestamp(), drained_to, records, bytes, oldest_at
     FROM unnest($4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[], $8::timestamptz[]) AS s (spool, drained_to, records, bytes, oldest_at)
     ON CONFLICT (instance, spool) DO UPDATE
       SET host = excluded.host, state = excluded.state, seen_at = excluded.seen_at, drained_to = greatest(h.drained_to, excluded.drained_to),
           spool_records = excluded.spool_records, spool_bytes = excluded.spool_bytes, oldest_at = excluded.oldest_at, given_up_at = NULL, retired_at = NULL`,
    [
      instance,
      host,
      state,
      spools.map(({ spool }) => spool),
      spools.map(({ drainedTo }) => dateOrNull(drainedTo)),
      spools.map(({ records }) => records),
      spools.map(({ bytes }) => bytes),
      spools.map(({ oldestAt }) => dateOrNull(oldestAt)),
    ],
  )
}

const dateOrNull = (at: Instant | null): Date | null => (at === null ? null : new Date(at))
