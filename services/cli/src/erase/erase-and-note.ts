import type { SaltsErased } from '@rollcall/contracts/audit-action'
import { subjectOf } from '@rollcall/contracts/audit-record'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { type Erasable, eraseSalts } from '@rollcall/store/certificate/erase-salts'
import type { Pool } from '@rollcall/store/pool'
import { noteAuditRecords } from '@rollcall/store/reconcile/note-audit-records'
import { inTransaction } from '@rollcall/store/transaction'

/** Of one transaction, which holds up no run for long. */
const CALLS_AT_ONCE = 20_000

/**
 * Deletes the salts of these calls for good. Each transaction notes for the audit topic what it deleted, and the account's next run tells it: so
 * neither is without the other. Returns of how many calls.
 */
export const eraseAndNote = async (pool: Pool, account: string, of: Erasable, { by, now }: { readonly by: string; readonly now: Instant }): Promise<number> => {
  for (let erased = 0; ; ) {
    const calls = await inTransaction(pool, async (tx) => {
      const count = await eraseSalts(tx, account, of, CALLS_AT_ONCE)
      if (count === 0) return 0
      const entry: SaltsErased = { type: 'erasure', erased: 'callSid' in of ? of : { createdBefore: canonicalTime(of.createdBefore) }, calls: count, at: canonicalTime(now), by }
      await noteAuditRecords(tx, account, [{ type: entry.type, subject: subjectOf(entry), notedAt: now, leaseEpoch: 0n, value: canonicalJson(entry) }])
      return count
    })
    erased += calls
    if (calls < CALLS_AT_ONCE) return erased
  }
}
