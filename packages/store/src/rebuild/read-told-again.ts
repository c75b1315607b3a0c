import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Queryable } from '../queryable.ts'
import { CALLS_TOLD_AGAIN } from './loading-tables.ts'
import { REBUILD_SCHEMA } from './rebuild-schema.ts'

/**
 * First only how much the next calls are, what `calls` holds of them included: a state that is stored compressed may be a hundred times as long as it
 * takes there. A call that is alone above the bound comes alone.
 */
const READ_TOLD_AGAIN = `
WITH next AS (
  SELECT account, call_sid, sum(octet_length(state)) AS bytes FROM ${CALLS_TOLD_AGAIN} WHERE (account, call_sid) > ($1, $2)
  GROUP BY account, call_sid ORDER BY account, call_sid LIMIT $3
), sized AS (
  SELECT account, call_sid, next.bytes + coalesce(CASE WHEN pg_column_compression(c.state) IS NULL THEN pg_column_size(c.state) ELSE octet_length(c.state::text) END, 0) AS bytes
  FROM next LEFT JOIN ${REBUILD_SCHEMA}.calls c USING (account, call_sid)
), summed AS (
  SELECT account, call_sid, sum(bytes) OVER (ORDER BY account, call_sid) - bytes AS before FROM sized
)
SELECT t.account, t.call_sid, array_agg(t.state) AS states FROM summed JOIN ${CALLS_TOLD_AGAIN} t USING (account, call_sid) WHERE summed.before < $4
GROUP BY t.account, t.call_sid ORDER BY t.account, t.call_sid`

/** How many calls are read at once: no more than these, and no further than to the first that passes so many bytes. */
interface AtOnce {
  readonly calls: number
  readonly bytes: number
}

/** All that was told again of one call: parts of its record, in no order. */
export type ToldAgain = readonly [CallRecord, ...CallRecord[]]

/** The table may hold as much as `calls` does. */
export const indexToldAgain = async (db: Queryable): Promise<void> => {
  await db.query(`CREATE INDEX ON ${CALLS_TOLD_AGAIN} (account, call_sid)`)
}

/** The next calls after the one given, in bytewise order. */
export const readToldAgain = async (db: Queryable, after: { readonly account: string; readonly callSid: string }, { calls, bytes }: AtOnce): Promise<readonly ToldAgain[]> => {
  const { rows } = await db.query<{ account: string; call_sid: string; states: string[] }>(READ_TOLD_AGAIN, [after.account, after.callSid, calls, bytes])
  return rows.map(({ account, call_sid, states }) => states.map((state) => recordFrom(account, call_sid, JSON.parse(state) as StoredState)) as unknown as ToldAgain)
}
