import { type AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import type { Queryable } from '@rollcall/store/queryable'
import { noteAuditRecords } from '@rollcall/store/reconcile/note-audit-records'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

/** Notes what the transaction does for `rollcall.audit.v1`, in this order; it is published after it (audit-publisher.ts). As canonical JSON: equal entries are equal bytes. */
export const noteAudit = (deps: Pick<ReconcilerDeps, 'account' | 'clock'>, tx: Queryable, lease: RunLease, entries: readonly AuditEntry[]): Promise<void> => {
  const notedAt = deps.clock()
  return noteAuditRecords(
    tx,
    deps.account,
    entries.map((entry) => ({ type: entry.type, subject: subjectOf(entry), notedAt, leaseEpoch: lease.token, value: canonicalJson(entry) })),
  )
}
