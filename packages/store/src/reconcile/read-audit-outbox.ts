import type { Queryable } from '../queryable.ts'
import type { AuditNote } from './audit-note.ts'
import type { HeldLease } from './under-lease.ts'

/** An audit record that waits, with its place in the queue. */
export interface WaitingRecord extends AuditNote {
  readonly place: bigint
  /** Made when it was noted; the same however often it is published. */
  readonly id: string
  readonly account: string
}

/** The account's oldest audit records that are not known to be published; none for whoever holds the lease no more. */
export const readAuditOutbox = async (db: Queryable, account: string, rowsMax: number, lease: HeldLease): Promise<readonly WaitingRecord[]> => {
  const { rows } = await db.query<{ id: bigint; ce_id: string; type: string; subject: string; noted_at: Date; lease_epoch: bigint; value: string }>(
    `SELECT id, ce_id, type, subject, noted_at, lease_epoch, value FROM rollcall.audit_outbox
     WHERE account = $1 AND EXISTS (SELECT 1 FROM rollcall.leases l WHERE l.job = $3 AND l.token = $4) ORDER BY id LIMIT $2`,
    [account, rowsMax, lease.job, lease.token.toString()],
  )
  return rows.map(({ id, ce_id, type, subject, noted_at, lease_epoch, value }) => ({
    place: id,
    id: ce_id,
    account,
    type,
    subject,
    notedAt: noted_at.getTime(),
    leaseEpoch: lease_epoch,
    value,
  }))
}
