import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Connection } from '../pool.ts'
import type { Queryable } from '../queryable.ts'

/** What the log tells of the calls that are checked. It is temporary: it dies with its connection, nobody else sees it, and it goes to no replica. */
export const TOLD_CALLS = 'pg_temp.told_calls'

/** An empty one. A call may stand in it in several parts, until they are merged. */
export const makeToldCalls = async (db: Connection): Promise<void> => {
  await db.query('DROP TABLE IF EXISTS pg_temp.told_calls')
  await db.query('CREATE TEMPORARY TABLE told_calls (LIKE projection.calls)')
}

/** Made when most is written; what comes after is little. */
export const indexToldCalls = async (db: Connection): Promise<void> => {
  await db.query(`CREATE INDEX ON ${TOLD_CALLS} (call_sid)`)
  await db.query(`ANALYZE ${TOLD_CALLS}`)
}

/** Parts of one call's record, at least two, in no order. */
export type ToldInParts = readonly CallRecord[]

/**
 * First only how much the next calls are: a state that is stored compressed may be a hundred times as long as it takes there. A call that is alone
 * above the bound comes alone.
 */
const READ_TOLD_IN_PARTS = `
WITH next AS (
  SELECT call_sid, sum(CASE WHEN pg_column_compression(state) IS NULL THEN pg_column_size(state) ELSE octet_length(state::text) END) AS bytes
  FROM ${TOLD_CALLS} WHERE call_sid > $1 GROUP BY call_sid HAVING count(*) > 1 ORDER BY call_sid LIMIT $2
), summed AS (
  SELECT call_sid, sum(bytes) OVER (ORDER BY call_sid) - bytes AS before FROM next
)
SELECT t.call_sid, array_agg(t.state::text) AS states FROM summed JOIN ${TOLD_CALLS} t USING (call_sid) WHERE summed.before < $3 GROUP BY t.call_sid ORDER BY t.call_sid`

/** How many calls are read at once: no more than these, and no further than to the first that passes so many bytes. */
interface AtOnce {
  readonly calls: number
  readonly bytes: number
}

/** The next calls after `after` that stand in parts, by CallSid in bytewise order. They are all of one account. */
export const readToldInParts = async (db: Queryable, account: string, after: string, { calls, bytes }: AtOnce): Promise<readonly ToldInParts[]> => {
  const { rows } = await db.query<{ call_sid: string; states: string[] }>(READ_TOLD_IN_PARTS, [after, calls, bytes])
  return rows.map(({ call_sid, states }) => states.map((state) => recordFrom(account, call_sid, JSON.parse(state) as StoredState)))
}

/** Takes away all parts of these calls. */
export const removeToldCalls = async (db: Queryable, callSids: readonly string[]): Promise<void> => {
  await db.query(`DELETE FROM ${TOLD_CALLS} WHERE call_sid = ANY ($1)`, [callSids])
}
