import { PROJECTION_SCHEMA } from '../migrate.ts'
import { type Column, givenRows, parameters } from '../projection/column.ts'
import type { CallKey } from '../projection/read-states.ts'
import type { Queryable } from '../queryable.ts'

const KEY: readonly Column<CallKey>[] = [
  { name: 'account', type: 'text', of: ({ account }) => account },
  { name: 'call_sid', type: 'text', of: ({ callSid }) => callSid },
]

const READ_LIVE_VERSIONS = `SELECT l.account, l.call_sid, l.version FROM ${givenRows(KEY)} JOIN ${PROJECTION_SCHEMA}.calls l ON l.account = given.account AND l.call_sid = given.call_sid`

/** The versions of these calls in the live projection, by `account|CallSid`; a call that is not there is absent. */
export const readLiveVersions = async (db: Queryable, keys: readonly CallKey[]): Promise<ReadonlyMap<string, bigint>> => {
  if (keys.length === 0) return new Map()
  const { rows } = await db.query<{ account: string; call_sid: string; version: bigint }>({ name: 'read-live-versions', text: READ_LIVE_VERSIONS, values: parameters(KEY, keys) })
  return new Map(rows.map(({ account, call_sid, version }) => [`${account}|${call_sid}`, version]))
}
