import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Which Postgres this is, and as whom we are there. */
export interface DatabaseServer {
  /** Such as `18.4`. */
  readonly version: string
  readonly role: string
  readonly now: Instant
}

export const readServer = async (db: Queryable): Promise<DatabaseServer> => {
  const { rows } = await db.query<{ version: string; role: string; now: Date }>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version, current_user AS role, clock_timestamp() AS now`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('Postgres answered a query of one row with none')
  return { version: row.version, role: row.role, now: row.now.getTime() }
}
