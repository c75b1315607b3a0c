import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Ends the rows of runs that can end them no longer: they went on under an earlier lease and were killed, or are paused for good. Returns how many. */
export const endKilledRuns = async (db: Queryable, account: string, leaseToken: bigint, now: Instant): Promise<number> => {
  const { rowCount } = await db.query(
    `UPDATE rollcall.runs SET outcome = 'failed', stop_reason = 'it was killed: its lease lapsed and the next run found it unfinished', ended_at = $3
     WHERE account = $1 AND outcome = 'running' AND lease_epoch < $2`,
    [account, leaseToken.toString(), new Date(now)],
  )
  return rowCount ?? 0
}
