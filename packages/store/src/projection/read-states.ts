import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Queryable } from '../queryable.ts'
import { type Column, givenRows, parameters } from './column.ts'

export interface HeldCall {
  readonly record: CallRecord
  readonly version: bigint
}

export interface CallKey {
  readonly account: string
  readonly callSid: string
}

const KEY: readonly Column<CallKey>[] = [
  { name: 'account', type: 'text', of: ({ account }) => account },
  { name: 'call_sid', type: 'text', of: ({ callSid }) => callSid },
]

const READ_STATES = `SELECT c.account, c.call_sid, c.state, c.version FROM ${givenRows(KEY)} JOIN calls c ON c.account = given.account AND c.call_sid = given.call_sid`

/** The records of these calls, by `account|CallSid`; a call that is not there is absent. The state column is ours alone, so it is trusted. */
export const readStates = async (db: Queryable, keys: readonly CallKey[]): Promise<ReadonlyMap<string, HeldCall>> => {
  if (keys.length === 0) return new Map()
  const { rows } = await db.query<{ account: string; call_sid: string; state: StoredState; version: bigint }>({
    name: 'read-states',
    text: READ_STATES,
    values: parameters(KEY, keys),
  })
  return new Map(rows.map((row) => [`${row.account}|${row.call_sid}`, { record: recordFrom(row.account, row.call_sid, row.state), version: row.version }]))
}
