import type { Connection, Pool } from '../pool.ts'
import { inTransaction } from '../transaction.ts'

export interface HeldLease {
  readonly job: string
  readonly token: bigint
}

/**
 * Does `work` in one transaction, but only while the lease is held: all of it, or `'lost'` and nothing. The row is locked until the end,
 * so that nobody takes the lease over in the middle: a run that was paused past its lease cannot write beside the one after it.
 */
export const underLease = async <T>(pool: Pool, lease: HeldLease, work: (tx: Connection) => Promise<T>): Promise<{ readonly done: T } | 'lost'> =>
  inTransaction(pool, async (tx) => {
    const { rowCount } = await tx.query('SELECT FROM rollcall.leases WHERE job = $1 AND token = $2 FOR SHARE', [lease.job, lease.token.toString()])
    return rowCount === 1 ? { done: await work(tx) } : 'lost'
  })
