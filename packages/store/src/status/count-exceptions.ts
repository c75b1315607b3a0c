import type { Queryable } from '../queryable.ts'

/** One thing that observations say and our readers do not know, and how many observations say it. */
export interface ExceptionCount {
  readonly surface: string
  /** The parameter as it was sent, such as `Legs[0][Status]`. */
  readonly field: string
  readonly kind: string
  /** A word, or empty where what was sent is not like one. */
  readonly value: string
  readonly observations: number
}

/** What was read, but not as we know it, by account; the most frequent first, those of an account up to `limit`. */
export const countExceptions = async (db: Queryable, limit: number): Promise<ReadonlyMap<string, readonly ExceptionCount[]>> => {
  const { rows } = await db.query<{ account: string; surface: string; field: string; kind: string; value: string; observations: string }>(
    `SELECT account, surface, field, kind, value, observations FROM (
       SELECT account, surface, e.field, e.kind, e.value, count(*) AS observations,
              row_number() OVER (PARTITION BY account ORDER BY count(*) DESC, surface, e.field, e.kind, e.value) AS place
       FROM projection.observations, jsonb_to_recordset(exceptions) AS e (field text, kind text, value text)
       WHERE exceptions IS NOT NULL GROUP BY account, surface, e.field, e.kind, e.value) counted
     WHERE place <= $1 ORDER BY account, place`,
    [limit],
  )
  const byAccount = new Map<string, ExceptionCount[]>()
  for (const { account, observations, ...exception } of rows) {
    const counts = byAccount.get(account) ?? []
    byAccount.set(account, counts)
    counts.push({ ...exception, observations: Number(observations) })
  }
  return byAccount
}
