import type { Queryable } from '../queryable.ts'
import { COMPARED } from './day-rows.ts'
import { TOLD_CALLS } from './told-calls.ts'

/** `other`: the row is not as the log has it; `missing`: the log tells of the call and there is no row; `untold`: there is a row and the log tells of no such call. */
export type DifferenceKind = 'other' | 'missing' | 'untold'

export interface Difference {
  readonly callSid: string
  readonly kind: DifferenceKind
  /** Columns that differ, by name; none where one side has no row. */
  readonly columns: readonly string[]
}

/** What is wrong with each of these calls, by CallSid; of one whose creation was changed too, which is then of no day, or of another. */
export const readDifferences = async (db: Queryable, account: string, callSids: readonly string[]): Promise<readonly Difference[]> => {
  const { rows } = await db.query<{ call_sid: string; told: boolean; stored: boolean; columns: string[] }>(
    `SELECT s.call_sid, t.call_sid IS NOT NULL AS told, c.call_sid IS NOT NULL AS stored,
            ARRAY(SELECT e.key FROM jsonb_each(to_jsonb(t)) e WHERE c.call_sid IS NOT NULL AND e.key = ANY ($3) AND e.value::text IS DISTINCT FROM (to_jsonb(c) -> e.key)::text ORDER BY 1) AS columns
     FROM unnest($2::text[]) AS s (call_sid)
     LEFT JOIN ${TOLD_CALLS} t ON t.account = $1 AND t.call_sid = s.call_sid COLLATE "C"
     LEFT JOIN projection.calls c ON c.account = $1 AND c.call_sid = s.call_sid COLLATE "C"
     ORDER BY s.call_sid COLLATE "C"`,
    [account, callSids, COMPARED.map(({ name }) => name)],
  )
  return rows.map(({ call_sid, told, stored, columns }) => ({ callSid: call_sid, kind: told && stored ? 'other' : told ? 'missing' : 'untold', columns }))
}
