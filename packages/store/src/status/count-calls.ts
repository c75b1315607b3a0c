import type { Queryable } from '../queryable.ts'

/** Call records held, by account. */
export const countCalls = async (db: Queryable): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await db.query<{ account: string; calls: string }>('SELECT account, count(*) AS calls FROM projection.calls GROUP BY account')
  return new Map(rows.map((row) => [row.account, Number(row.calls)]))
}
