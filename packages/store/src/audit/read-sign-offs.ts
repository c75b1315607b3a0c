import type { Queryable } from '../queryable.ts'
import { SIGNED_COLUMNS, type SignOffFold } from './sign-off-fold.ts'

/** Nobody reads more at once; all of it is in the audit topic. */
export const SIGN_OFFS_MAX = 500

/** Of one IST day, the newest first. */
export const readSignOffs = async (db: Queryable, account: string, day: string): Promise<readonly Omit<SignOffFold, 'account' | 'day' | 'ceId'>[]> => {
  const { rows } = await db.query<Omit<SignOffFold, 'account' | 'day' | 'ceId' | 'at'> & { at: Date }>(
    `SELECT log_offset AS "logOffset", at, actor, ${SIGNED_COLUMNS}, digest, note FROM rollcall.sign_offs WHERE account = $1 AND day = $2::date ORDER BY log_offset DESC LIMIT $3`,
    [account, day, SIGN_OFFS_MAX],
  )
  return rows.map((row) => ({ ...row, at: row.at.getTime() }))
}
