import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Queryable } from '../queryable.ts'

export interface HeldCall {
  readonly record: CallRecord
  readonly version: bigint
}

export interface CallKey {
  readonly account: string
  readonly callSid: string
}

interface Row {
  readonly account: string
  readonly call_sid: string
  readonly state: StoredState
  readonly version: bigint
}

/** The records of these calls, by `account|CallSid`; a call that is not there is absent. The state column is ours alone, so it is trusted. */
export const readStates = async (db: Queryable, keys: readonly CallKey[]): Promise<ReadonlyMap<string, HeldCall>> => {
  const { rows } = await db.query<Row>({
    name: 'read-states',
    text: `SELECT c.account, c.call_sid, c.state, c.version
           FROM unnest($1::text[], $2::text[]) AS k (account, call_sid) JOIN calls c ON c.account = k.account AND c.call_sid = k.call_sid`,
    values: [keys.map((key) => key.account), keys.map((key) => key.callSid)],
  })
  return new Map(rows.map((row) => [`${row.account}|${row.call_sid}`, { record: recordFrom(row.account, row.call_sid, row.state), version: row.version }]))
}
