import { type Column, givenRows, names, parameters, values } from '../projection/column.ts'
import type { Queryable } from '../queryable.ts'
import type { HeartbeatRow } from './heartbeat-row.ts'

const COLUMNS: readonly Column<HeartbeatRow>[] = [
  { name: 'account', type: 'text', of: (row) => row.account },
  { name: 'state', type: 'text', of: (row) => row.state },
  { name: 'stated_at', type: 'timestamptz', of: (row) => row.statedAt },
  { name: 'received_at', type: 'timestamptz', of: (row) => row.receivedAt },
  { name: 'incoming', type: 'jsonb', of: (row) => row.incoming },
  { name: 'outgoing', type: 'jsonb', of: (row) => row.outgoing },
  { name: 'ordered_at', type: 'timestamptz', of: (row) => row.orderedAt },
  { name: 'payload_sha256', type: 'text', of: (row) => row.payloadSha256 },
]

const UPSERT_HEARTBEATS = `INSERT INTO heartbeats AS held (${names(COLUMNS)})
  SELECT DISTINCT ON (given.account COLLATE "C") ${values(COLUMNS)} FROM ${givenRows(COLUMNS)}
  ORDER BY given.account COLLATE "C", given.ordered_at DESC, given.received_at DESC, given.payload_sha256 COLLATE "C" DESC
  ON CONFLICT (account) DO UPDATE SET (state, stated_at, received_at, incoming, outgoing, ordered_at, payload_sha256)
    = (excluded.state, excluded.stated_at, excluded.received_at, excluded.incoming, excluded.outgoing, excluded.ordered_at, excluded.payload_sha256)
  WHERE (excluded.ordered_at, excluded.received_at, excluded.payload_sha256) > (held.ordered_at, held.received_at, held.payload_sha256)`

/** Keeps the last heartbeat of each account, whatever comes first. */
export const upsertHeartbeats = async (db: Queryable, rows: readonly HeartbeatRow[]): Promise<void> => {
  if (rows.length === 0) return
  await db.query({ name: 'upsert-heartbeats', text: UPSERT_HEARTBEATS, values: parameters(COLUMNS, rows) })
}
