import type { Queryable } from '../queryable.ts'
import type { CallWrite } from './batch.ts'

/** Notes changes to publish; `changed` travels as one text per row, since unnest flattens arrays of arrays. */
export const insertOutbox = async (db: Queryable, partition: number, writes: readonly CallWrite[]): Promise<void> => {
  if (writes.length === 0) return
  await db.query({
    name: 'insert-outbox',
    text: `INSERT INTO outbox (partition, account, call_sid, version, changed, log_offset)
           SELECT $1, account, call_sid, version, CASE WHEN changed = '' THEN '{}'::text[] ELSE string_to_array(changed, ',') END, log_offset
           FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[]) AS g (account, call_sid, version, changed, log_offset)`,
    values: [
      partition,
      writes.map(({ record }) => record.account),
      writes.map(({ record }) => record.callSid),
      writes.map(({ baseVersion }) => (baseVersion + 1n).toString()),
      writes.map(({ changed }) => changed.join(',')),
      writes.map(({ logOffset }) => logOffset.toString()),
    ],
  })
}
