import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** What reconciliation keeps of one account; null where it has not taken it on. */
export const readAccount = async (db: Queryable, account: string): Promise<{ readonly firstWindow: Instant; readonly webhooksSilentSince: Instant | null } | null> => {
  const { rows } = await db.query<{ first_window: Date; webhooks_silent_since: Date | null }>(
    'SELECT first_window, webhooks_silent_since FROM rollcall.accounts WHERE account = $1',
    [account],
  )
  return rows[0] === undefined ? null : { firstWindow: rows[0].first_window.getTime(), webhooksSilentSince: rows[0].webhooks_silent_since?.getTime() ?? null }
}
