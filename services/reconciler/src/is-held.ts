import { join, recordOf } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import type { ApiRow } from '@rollcall/exotel/client/api-row'

/** Is everything that this row says in what we hold? Asked of records that were read back, not assumed. */
export const isHeld = (row: ApiRow, held: ReadonlyMap<string, CallRecord>): boolean => {
  const record = held.get(row.callSid)
  return record !== undefined && join(record, recordOf(row.facts)) === record
}
