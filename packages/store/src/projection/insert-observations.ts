import type { Queryable } from '../queryable.ts'
import type { ObservationRow } from './batch.ts'

/** Parameters of which every column is an array: one row per observation. */
export const insertObservations = async (db: Queryable, partition: number, rows: readonly ObservationRow[]): Promise<void> => {
  await db.query({
    name: 'insert-observations',
    text: `INSERT INTO observations (partition, log_offset, account, call_sid, surface, event, source, received_at, ce_id, payload_sha256, outcome, facts)
           SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::jsonb[])`,
    values: [
      partition,
      rows.map((row) => row.logOffset.toString()),
      rows.map((row) => row.account),
      rows.map((row) => row.callSid),
      rows.map((row) => row.surface),
      rows.map((row) => row.event),
      rows.map((row) => row.source),
      rows.map((row) => new Date(row.receivedAt).toISOString()),
      rows.map((row) => row.ceId),
      rows.map((row) => row.payloadSha256),
      rows.map((row) => row.outcome),
      rows.map((row) => row.facts),
    ],
  })
}
