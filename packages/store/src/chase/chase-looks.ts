import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** When all calls were last looked through for some worth chasing; null: never. */
export const readChaseLook = async (db: Queryable, account: string): Promise<Instant | null> => {
  const { rows } = await db.query<{ at: Date | null }>('SELECT chases_looked_at AS at FROM rollcall.accounts WHERE account = $1', [account])
  return rows[0]?.at?.getTime() ?? null
}

/** Notes a look, and forgets chases that were over before `forgetBefore`, at most `limit`. */
export const noteChaseLook = async (db: Queryable, account: string, options: { readonly at: Instant; readonly forgetBefore: Instant; readonly limit: number }): Promise<void> => {
  await db.query('UPDATE rollcall.accounts SET chases_looked_at = $2 WHERE account = $1', [account, new Date(options.at)])
  await db.query(
    `DELETE FROM rollcall.chases h USING (SELECT call_sid, why FROM rollcall.chases WHERE account = $1 AND outcome IS NOT NULL AND ended_at < $2 ORDER BY ended_at LIMIT $3) old
     WHERE h.account = $1 AND h.call_sid = old.call_sid AND h.why = old.why`,
    [account, new Date(options.forgetBefore), options.limit],
  )
}
