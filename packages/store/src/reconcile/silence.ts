import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Until when Exotel asked not to be asked about the account; null where it did not. It may be over. */
export const readSilence = async (db: Queryable, account: string): Promise<Instant | null> => {
  const { rows } = await db.query<{ silent_until: Date | null }>('SELECT silent_until FROM rollcall.accounts WHERE account = $1', [account])
  return rows[0]?.silent_until?.getTime() ?? null
}

export const saveSilence = async (db: Queryable, account: string, until: Instant): Promise<void> => {
  await db.query('UPDATE rollcall.accounts SET silent_until = $2 WHERE account = $1', [account, new Date(until)])
}
