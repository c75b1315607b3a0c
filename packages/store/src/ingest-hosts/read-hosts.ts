import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { SpoolState } from './save-sign-of-life.ts'

/** One spool of an ingest host, for people. Times are the database's. */
export interface IngestHost extends SpoolState {
  readonly instance: string
  readonly host: string
  readonly state: 'running' | 'stopped'
  readonly seenAt: Instant
  /** For how long nothing was heard of it. */
  readonly silentMs: number
  readonly givenUpAt: Instant | null
  readonly retiredAt: Instant | null
}

/** All spools that were ever told of, by host. None: nobody knows what ingest has spooled. */
export const readHosts = async (db: Queryable): Promise<readonly IngestHost[]> => {
  const { rows } = await db.query<{
    instance: string
    spool: string
    host: string
    state: IngestHost['state']
    seen_at: Date
    silent_ms: number
    drained_to: Date | null
    spool_records: bigint
    spool_bytes: bigint
    oldest_at: Date | null
    given_up_at: Date | null
    retired_at: Date | null
  }>(
    `SELECT instance, spool, host, state, seen_at, (extract(epoch FROM clock_timestamp() - seen_at) * 1000)::float8 AS silent_ms,
            drained_to, spool_records, spool_bytes, oldest_at, given_up_at, retired_at
     FROM rollcall.ingest_hosts ORDER BY host, instance, spool`,
  )
  return rows.map((row) => ({
    instance: row.instance,
    spool: row.spool,
    host: row.host,
    state: row.state,
    seenAt: row.seen_at.getTime(),
    silentMs: row.silent_ms,
    drainedTo: row.drained_to?.getTime() ?? null,
    records: Number(row.spool_records),
    bytes: Number(row.spool_bytes),
    oldestAt: row.oldest_at?.getTime() ?? null,
    givenUpAt: row.given_up_at?.getTime() ?? null,
    retiredAt: row.retired_at?.getTime() ?? null,
  }))
}
