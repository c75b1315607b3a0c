import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** The database's clock as it is now, not as it was when a transaction began. */
export const readClock = async (db: Queryable): Promise<Instant> => {
  const { rows } = await db.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  const [row] = rows
  if (row === undefined) throw new Error('Postgres answered a query of one row with none')
  return row.now.getTime()
}
