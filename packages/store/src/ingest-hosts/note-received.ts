import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Notes when a host last kept a webhook of each account, by the database's clock; an earlier moment than the one that is known changes nothing. */
export const noteReceived = async (db: Queryable, received: ReadonlyMap<string, Instant>): Promise<void> => {
  if (received.size === 0) return
  await db.query(
    `INSERT INTO rollcall.ingest_accounts AS a (account, received_at) SELECT * FROM unnest($1::text[], $2::timestamptz[])
     ON CONFLICT (account) DO UPDATE SET received_at = excluded.received_at WHERE a.received_at < excluded.received_at`,
    [[...received.keys()], [...received.values()].map((at) => new Date(at))],
  )
}
