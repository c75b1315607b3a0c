import type { SaltsErased } from '@rollcall/contracts/audit-action'
import { subjectOf } from '@rollcall/contracts/audit-record'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { type Erasable, type ErasedSalts, eraseSalts } from '@rollcall/store/certificate/erase-salts'
import type { Pool } from '@rollcall/store/pool'
import { noteAuditRecords } from '@rollcall/store/reconcile/note-audit-records'
import { inTransactionAgain } from '@rollcall/store/transaction'

/** Of one transaction, which holds up no run for long. */
const CALLS_AT_ONCE = 20_000

/**
 * Deletes the salts of these calls for good. Each transaction notes for the audit topic what it deleted, and the account's next run tells it: so
 * neither is without the other. A certification that takes salts of the same calls meanwhile may be in
 * its way, and then it is done again. Returns of how many calls.
 */
export const eraseAndNote = async (pool: Pool, account: string, of: Erasable, { by, now }: { readonly by: string; readonly now: Instant }): Promise<number> => {
  let erased = 0
  for (let after: string | null = ''; after !== null; ) {
    const { calls, last } = await eraseBatch(pool, account, of, after, { by, now })
    erased += calls
    after = calls < CALLS_AT_ONCE ? null : last
  }
  return erased
}

const eraseBatch = (pool: Pool, account: string, of: Erasable, after: string, { by, now }: { readonly by: string; readonly now: Instant }): Promise<ErasedSalts> =>
  inTransactionAgain(pool, async (tx) => {
    const batch = await eraseSalts(tx, account, of, { after, max: CALLS_AT_ONCE })
    if (batch.calls === 0) return batch
    const entry: SaltsErased = {
      type: 'erasure',
      erased: 'callSid' in of ? of : { createdBefore: canonicalTime(of.createdBefore) },
      calls: batch.calls,
      at: canonicalTime(now),
      by,
    }
    await noteAuditRecords(tx, account, [{ type: entry.type, subject: subjectOf(entry), notedAt: now, leaseEpoch: 0n, value: canonicalJson(entry) }])
    return batch
  })
