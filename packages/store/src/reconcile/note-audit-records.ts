import type { Queryable } from '../queryable.ts'
import type { AuditNote } from './audit-note.ts'

/** Of one statement. */
const ROWS_MAX = 5_000

/** Notes audit records to be published, in this order; called in the transaction that makes what they tell. Their ids are made here. */
export const noteAuditRecords = async (db: Queryable, account: string, records: readonly AuditNote[]): Promise<void> => {
  for (let first = 0; first < records.length; first += ROWS_MAX) {
    const rows = records.slice(first, first + ROWS_MAX)
    await db.query(
      `INSERT INTO rollcall.audit_outbox (account, type, subject, noted_at, lease_epoch, value)
       SELECT $1, type, subject, noted_at, lease_epoch, value
       FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::text[]) WITH ORDINALITY AS r (type, subject, noted_at, lease_epoch, value, nth) ORDER BY nth`,
      [
        account,
        rows.map((row) => row.type),
        rows.map((row) => row.subject),
        rows.map((row) => new Date(row.notedAt)),
        rows.map((row) => row.leaseEpoch.toString()),
        rows.map((row) => row.value),
      ],
    )
  }
}
