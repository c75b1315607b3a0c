import type { Queryable } from '../queryable.ts'

/** Dead letters by account; those of which not even the account could be read are under null. */
export const countDeadLetters = async (db: Queryable): Promise<ReadonlyMap<string | null, number>> => {
  const { rows } = await db.query<{ account: string | null; letters: string }>('SELECT account, count(*) AS letters FROM projection.dead_letters GROUP BY account')
  return new Map(rows.map((row) => [row.account, Number(row.letters)]))
}
