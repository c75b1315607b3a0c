import { compareText } from '@rollcall/domain/call/decimal'
import type { Queryable } from '../queryable.ts'
import type { CallWrite } from './batch.ts'
import { DERIVED_COLUMNS, derivedValues, FIELD_COLUMNS } from './call-columns.ts'

const COLUMNS = [{ column: 'account', type: 'text' }, { column: 'call_sid', type: 'text' }, { column: 'base_version', type: 'bigint' }, ...FIELD_COLUMNS, ...DERIVED_COLUMNS]
const WRITTEN = [...FIELD_COLUMNS, ...DERIVED_COLUMNS].map(({ column }) => column)
const given = (column: string): string => (column === 'conflicts' ? `CASE WHEN g.conflicts = '' THEN '{}'::text[] ELSE string_to_array(g.conflicts, ',') END` : `g.${column}`)

const UPSERT_CALLS = `
INSERT INTO calls AS c (account, call_sid, ${WRITTEN.join(', ')}, version)
SELECT g.account, g.call_sid, ${WRITTEN.map(given).join(', ')}, g.base_version + 1
FROM unnest(${COLUMNS.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')}) AS g (${COLUMNS.map(({ column }) => column).join(', ')})
ON CONFLICT (account, call_sid) DO UPDATE SET ${WRITTEN.map((column) => `${column} = excluded.${column}`).join(', ')}, version = excluded.version
WHERE c.version = excluded.version - 1`

/**
 * Writes records over the versions they were read at. Returns how many rows were written: fewer than given means that another
 * transaction changed one of them in between, and the caller starts over. Sorted by key, so that two writers cannot deadlock.
 */
export const upsertCalls = async (db: Queryable, writes: readonly CallWrite[]): Promise<number> => {
  if (writes.length === 0) return 0
  const sorted = writes.toSorted((a, b) => compareText(a.record.account, b.record.account) || compareText(a.record.callSid, b.record.callSid))
  const derived = sorted.map(({ record }) => derivedValues(record))
  const { rowCount } = await db.query({
    name: 'upsert-calls',
    text: UPSERT_CALLS,
    values: [
      sorted.map(({ record }) => record.account),
      sorted.map(({ record }) => record.callSid),
      sorted.map(({ baseVersion }) => baseVersion.toString()),
      ...FIELD_COLUMNS.map(({ field }) => sorted.map(({ record }) => record.fields[field]?.value ?? null)),
      ...DERIVED_COLUMNS.map((_, index) => derived.map((values) => values[index])),
    ],
  })
  return rowCount ?? 0
}
