import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Queryable } from '../queryable.ts'
import { CALLS_TOLD_AGAIN } from './loading-tables.ts'

const READ_TOLD_AGAIN = `SELECT account, call_sid, array_agg(state) AS states FROM ${CALLS_TOLD_AGAIN} WHERE (account, call_sid) > ($1, $2)
  GROUP BY account, call_sid ORDER BY account, call_sid LIMIT $3`

/** All that was told again of one call: parts of its record, in no order. */
export type ToldAgain = readonly [CallRecord, ...CallRecord[]]

/** The table may hold as much as `calls` does. */
export const indexToldAgain = async (db: Queryable): Promise<void> => {
  await db.query(`CREATE INDEX ON ${CALLS_TOLD_AGAIN} (account, call_sid)`)
}

/** The next so many calls after the one given, in bytewise order. */
export const readToldAgain = async (db: Queryable, after: { readonly account: string; readonly callSid: string }, max: number): Promise<readonly ToldAgain[]> => {
  const { rows } = await db.query<{ account: string; call_sid: string; states: string[] }>(READ_TOLD_AGAIN, [after.account, after.callSid, max])
  return rows.map(({ account, call_sid, states }) => states.map((state) => recordFrom(account, call_sid, JSON.parse(state) as StoredState)) as unknown as ToldAgain)
}
