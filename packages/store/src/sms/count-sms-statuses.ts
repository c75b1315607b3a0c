import type { Queryable } from '../queryable.ts'

/** SMS by what became of them, by account. */
export const countSmsStatuses = async (db: Queryable): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> => {
  const { rows } = await db.query<{ account: string; status: string; messages: bigint }>(
    'SELECT account, status, count(*) AS messages FROM projection.sms_statuses GROUP BY account, status ORDER BY account, status',
  )
  const counts = new Map<string, Record<string, number>>()
  for (const { account, status, messages } of rows) counts.set(account, { ...counts.get(account), [status]: Number(messages) })
  return counts
}
