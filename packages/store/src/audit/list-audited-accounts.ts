import type { Queryable } from '../queryable.ts'

/** Every account that reconciliation has taken on or a webhook came for. By the owner: the API's role sees one account at a time. */
export const listAuditedAccounts = async (db: Queryable): Promise<readonly string[]> => {
  const { rows } = await db.query<{ account: string }>('SELECT account FROM rollcall.accounts UNION SELECT account FROM rollcall.ingest_accounts ORDER BY account')
  return rows.map(({ account }) => account)
}
