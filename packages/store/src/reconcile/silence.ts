import type { Queryable } from '../queryable.ts'

/** For how many milliseconds yet Exotel wants not to be asked about the account; null where it never said so, 0 or less when it is over. */
export const readSilence = async (db: Queryable, account: string): Promise<number | null> => {
  const { rows } = await db.query<{ left_ms: number | null }>(
    'SELECT (extract(epoch FROM silent_until - now()) * 1000)::float8 AS left_ms FROM rollcall.accounts WHERE account = $1',
    [account],
  )
  return rows[0]?.left_ms ?? null
}

/** By the database's clock, as leases are: a host whose clock is set back must not be silent for hours more. */
export const saveSilence = async (db: Queryable, account: string, forMs: number): Promise<void> => {
  await db.query(`UPDATE rollcall.accounts SET silent_until = now() + $2 * interval '1 millisecond' WHERE account = $1`, [account, forMs])
}
