import type { Queryable } from '../queryable.ts'
import { istDaySql } from './ist-day-sql.ts'

/**
 * Has the days of these calls counted anew, where they were counted: something was changed that no scan tells of. Belongs into the transaction that changes it.
 * A number and no time, for the clocks of whoever changes and whoever counts differ, and a count under way must not take for counted what it did not see.
 */
export const markDays = async (db: Queryable, account: string, callSids: readonly string[]): Promise<void> => {
  if (callSids.length === 0) return
  await db.query(
    `UPDATE rollcall.day_measures d SET changes = d.changes + 1
     WHERE d.account = $1 AND d.day IN (SELECT ${istDaySql('c.created_at')} FROM projection.calls c WHERE c.account = $1 AND c.call_sid = ANY ($2))`,
    [account, callSids],
  )
}
