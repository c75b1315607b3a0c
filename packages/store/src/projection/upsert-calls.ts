import { compareText } from '@rollcall/domain/call/decimal'
import type { Queryable } from '../queryable.ts'
import type { CallVersion } from './batch.ts'
import { CALL_COLUMNS, CALL_KEY, CALL_VERSION, type CallRow, callRow } from './call-columns.ts'
import { type Column, givenRows, names, parameters, values } from './column.ts'

const WRITTEN: readonly Column<CallRow>[] = [...CALL_COLUMNS, CALL_VERSION]
const COLUMNS = [...CALL_KEY, ...WRITTEN]

const UPSERT_CALLS = `
INSERT INTO calls AS c (${names(COLUMNS)}) SELECT ${values(COLUMNS)} FROM ${givenRows(COLUMNS)}
ON CONFLICT (account, call_sid) DO UPDATE SET ${WRITTEN.map(({ name }) => `${name} = excluded.${name}`).join(', ')}
WHERE c.version = excluded.version - 1`

/**
 * Writes records over the versions they were read at. Returns how many rows were written: fewer than given means that another
 * transaction changed one of them in between, and the caller starts over. Sorted by key, so that two writers cannot deadlock.
 */
export const upsertCalls = async (db: Queryable, writes: readonly CallVersion[]): Promise<number> => {
  if (writes.length === 0) return 0
  const sorted = writes.toSorted((a, b) => compareText(a.record.account, b.record.account) || compareText(a.record.callSid, b.record.callSid))
  const rows = sorted.map(callRow)
  const { rowCount } = await db.query({ name: 'upsert-calls', text: UPSERT_CALLS, values: parameters(COLUMNS, rows) })
  return rowCount ?? 0
}
