import type { Queryable } from '../queryable.ts'

/** Which table is `projection.calls`: another one after a rebuild was swapped in. */
export const readCallsTable = async (db: Queryable): Promise<string> => {
  const { rows } = await db.query<{ id: string }>("SELECT 'projection.calls'::regclass::oid::text AS id")
  return rows[0]?.id ?? ''
}
