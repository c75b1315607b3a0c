import { type Column, givenRows, names, parameters, values } from '../projection/column.ts'
import type { Queryable } from '../queryable.ts'
import type { SmsStatusRow } from './sms-status-row.ts'

const COLUMNS: readonly Column<SmsStatusRow>[] = [
  { name: 'account', type: 'text', of: (row) => row.account },
  { name: 'sms_sid', type: 'text', of: (row) => row.smsSid },
  { name: 'status', type: 'text', of: (row) => row.status },
  { name: 'rank', type: 'integer', of: (row) => row.rank },
  { name: 'received_at', type: 'timestamptz', of: (row) => row.receivedAt },
  { name: 'ordered_at', type: 'timestamptz', of: (row) => row.orderedAt },
  { name: 'payload_sha256', type: 'text', of: (row) => row.payloadSha256 },
]

const UPSERT_SMS_STATUSES = `INSERT INTO sms_statuses AS held (${names(COLUMNS)})
  SELECT DISTINCT ON (given.account COLLATE "C", given.sms_sid COLLATE "C") ${values(COLUMNS)} FROM ${givenRows(COLUMNS)}
  ORDER BY given.account COLLATE "C", given.sms_sid COLLATE "C", given.rank DESC, given.ordered_at DESC, given.received_at DESC,
           given.status COLLATE "C" DESC, given.payload_sha256 COLLATE "C" DESC
  ON CONFLICT (account, sms_sid) DO UPDATE SET (status, rank, received_at, ordered_at, payload_sha256)
    = (excluded.status, excluded.rank, excluded.received_at, excluded.ordered_at, excluded.payload_sha256)
  WHERE (excluded.rank, excluded.ordered_at, excluded.received_at, excluded.status, excluded.payload_sha256)
      > (held.rank, held.ordered_at, held.received_at, held.status, held.payload_sha256)`

/** Keeps the last word on each SMS, whatever comes first. */
export const upsertSmsStatuses = async (db: Queryable, rows: readonly SmsStatusRow[]): Promise<void> => {
  if (rows.length === 0) return
  await db.query({ name: 'upsert-sms-statuses', text: UPSERT_SMS_STATUSES, values: parameters(COLUMNS, rows) })
}
