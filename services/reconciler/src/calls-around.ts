import type { CallRecord } from '@rollcall/domain/call/record'
import type { Window } from '@rollcall/domain/window/window'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { readCallsBySid, readCallsCreatedBetween } from '@rollcall/store/read-calls'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Our calls in the range, and those that the listing names wherever we have them: a webhook may not have told us when its call was created. */
export const callsAround = async ({ pool, account }: ReconcilerDeps, range: Window, rows: readonly ApiRow[]): Promise<readonly CallRecord[]> => {
  const inRange = await readCallsCreatedBetween(pool, account, range.from, range.to)
  const known = new Set(inRange.map((call) => call.callSid))
  const others = rows.flatMap((row) => (known.has(row.callSid) ? [] : [row.callSid]))
  return [...inRange, ...(await readCallsBySid(pool, account, others))]
}
