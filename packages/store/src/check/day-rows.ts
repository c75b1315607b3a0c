import type { Instant } from '@rollcall/domain/time'
import type { Connection } from '../pool.ts'
import { CALL_COLUMNS, CALL_KEY } from '../projection/call-columns.ts'
import { names } from '../projection/column.ts'
import type { Queryable } from '../queryable.ts'
import { TOLD_CALLS } from './told-calls.ts'

/** All columns but the version, which counts changes: how often a call was written is nothing that the log tells. And but what Postgres makes of the state. */
export const COMPARED = [...CALL_KEY, ...CALL_COLUMNS]
export const DAY_ROWS = 'pg_temp.day_rows'

/** Places of calls are `[0, PLACES)`: the first four bytes of the SHA-256 of the CallSid, so that any number of calls is spread evenly. */
export const PLACES = 2 ** 32
const PLACE = `('x' || encode(substr(sha256(convert_to(call_sid, 'UTF8')), 1, 4), 'hex'))::bit(32)::bigint`

/**
 * Calls of a day, `[$2, $3)`: by their creation. One of which nobody has told that yet is of the day on which it was first told of; and one of which nobody told at all
 * is of every day, for the log has none.
 */
export const OF_DAY = `(created_at >= $2 AND created_at < $3 OR created_at IS NULL AND coalesce(first_webhook_at, first_api_at, $2) >= $2 AND coalesce(first_webhook_at, first_api_at, $2) < $3)`

/** Where the hashes of both sides' rows go: by the log (`told`), and by the projection. Temporary, like what they are compared with. */
export const makeDayRows = async (db: Connection): Promise<void> => {
  await db.query('DROP TABLE IF EXISTS pg_temp.day_rows')
  await db.query('CREATE TEMPORARY TABLE day_rows (told boolean NOT NULL, call_sid text COLLATE "C" NOT NULL, place bigint NOT NULL, row_sha256 bytea NOT NULL)')
  await db.query(`CREATE INDEX ON ${DAY_ROWS} (place)`)
}

/** Hashes every row of a day's calls, `[from, to)`, on both sides: each column as Postgres writes it, so that whatever was changed shows. */
export const fillDayRows = async (db: Queryable, account: string, from: Instant, to: Instant): Promise<void> => {
  for (const [told, table] of [
    [true, TOLD_CALLS],
    [false, 'projection.calls'],
  ] as const)
    await db.query(
      `INSERT INTO ${DAY_ROWS} SELECT $4::boolean, call_sid, ${PLACE}, sha256(convert_to(ROW(${names(COMPARED)})::text, 'UTF8')) FROM ${table}
       WHERE account = $1 AND ${OF_DAY}`,
      [account, new Date(from), new Date(to), told],
    )
}
