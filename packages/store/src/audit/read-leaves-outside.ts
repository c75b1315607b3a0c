import type { Queryable } from '../queryable.ts'

/** Places that are noted of records which a topic of so many records does not have, at most `max`. */
export const readLeavesOutside = async (db: Queryable, size: bigint, max: number): Promise<readonly bigint[]> => {
  const { rows } = await db.query<{ leaf: bigint }>('SELECT leaf FROM rollcall.audit_leaves WHERE leaf < 0 OR leaf >= $1 ORDER BY leaf LIMIT $2', [size.toString(), max])
  return rows.map(({ leaf }) => leaf)
}
