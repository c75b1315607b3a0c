import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Where the account's windows begin: remembered from the first time it was reconciled, or moved back when an earlier range is asked for. */
export const firstWindow = async (db: Queryable, account: string, proposed: Instant): Promise<Instant> => {
  const { rows } = await db.query<{ first_window: Date }>(
    `INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, $2)
     ON CONFLICT (account) DO UPDATE SET first_window = least(rollcall.accounts.first_window, excluded.first_window)
     RETURNING first_window`,
    [account, new Date(proposed)],
  )
  return rows[0]?.first_window.getTime() ?? proposed
}
