import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from './queryable.ts'

interface Row {
  readonly call_sid: string
  readonly state: StoredState
}

/** Records of the account's calls that Exotel created in `[from, to)`. */
export const readCallsCreatedBetween = async (db: Queryable, account: string, from: Instant, to: Instant): Promise<readonly CallRecord[]> => {
  const { rows } = await db.query<Row>('SELECT call_sid, state FROM projection.calls WHERE account = $1 AND created_at >= $2 AND created_at < $3', [
    account,
    new Date(from),
    new Date(to),
  ])
  return rows.map((row) => recordFrom(account, row.call_sid, row.state))
}

/** Records of these calls, whenever they were created; unknown ones are absent. */
export const readCallsBySid = async (db: Queryable, account: string, callSids: readonly string[]): Promise<readonly CallRecord[]> => {
  if (callSids.length === 0) return []
  const { rows } = await db.query<Row>('SELECT call_sid, state FROM projection.calls WHERE account = $1 AND call_sid = ANY ($2)', [account, callSids])
  return rows.map((row) => recordFrom(account, row.call_sid, row.state))
}
