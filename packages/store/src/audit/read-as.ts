import type { Connection, Pool } from '../pool.ts'
import { inTransaction } from '../transaction.ts'

/** The role that the audit service reads by: it changes nothing, and sees the rows of one account at a time (000021_audit_roles.sql). */
export const AUDIT_API_ROLE = 'rollcall_audit_api'

/** What a busy day's facts are put in order in, and not in files. */
const SORT_MEGABYTES = 32

/** Reads one account in one snapshot. What belongs to another account is not there, whatever `work` asks for. */
export const readAs = <T>(pool: Pool, account: string, work: (tx: Connection) => Promise<T>): Promise<T> =>
  inTransaction(pool, async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await tx.query(`SELECT set_config('rollcall.account', $1, true), set_config('work_mem', '${SORT_MEGABYTES}MB', true)`, [account])
    return work(tx)
  })
