import type { Queryable } from '../queryable.ts'
import type { WaitingRecord } from './read-audit-outbox.ts'
import type { HeldLease } from './under-lease.ts'

/** Forgets audit records that were published; false for whoever holds the lease no more: they are the next holder's to forget. */
export const forgetAuditRecords = async (db: Queryable, published: readonly WaitingRecord[], lease: HeldLease): Promise<boolean> => {
  const { rowCount } = await db.query(
    'DELETE FROM rollcall.audit_outbox WHERE id = ANY ($1::bigint[]) AND EXISTS (SELECT 1 FROM rollcall.leases l WHERE l.job = $2 AND l.token = $3)',
    [published.map(({ place }) => place.toString()), lease.job, lease.token.toString()],
  )
  return rowCount === published.length
}
