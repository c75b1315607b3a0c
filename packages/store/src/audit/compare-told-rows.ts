import type { Queryable } from '../queryable.ts'

/** Tables of the schema `rollcall` of which a record of the audit topic tells a row, and what a row is found by. */
const KEYS = {
  audit_leaves: ['leaf'],
  day_checks: ['check_id'],
  runs: ['run_id'],
  scans: ['scan_id'],
  window_certificates: ['account', 'window_from', 'sequence'],
  window_history: ['account', 'window_from', 'replaced_at'],
  window_scans: ['account', 'window_from', 'scan_id'],
  windows: ['account', 'window_from'],
} as const

export type ToldTable = keyof typeof KEYS

/** Columns by name, as JSON has them; those that no record tells are left out. */
export type ToldColumns = Readonly<Record<string, unknown>>

/** `missing`: there is no such row. `changed`: it says something else. */
export interface UnlikeTold {
  /** Which of those that were asked about. */
  readonly nth: number
  readonly what: 'missing' | 'changed'
}

/** Those of the told rows that are not kept as they were told; of a window only what was told last counts, for which its `log_offset` is given too. */
export const compareToldRows = async (db: Queryable, table: ToldTable, told: readonly ToldColumns[]): Promise<readonly UnlikeTold[]> => {
  const keys = KEYS[table]
  const { rows } = await db.query<{ nth: number; missing: boolean }>(
    `SELECT g.nth, t.${keys[0]} IS NULL AS missing
     FROM (SELECT told, nth::int - 1 AS nth FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e (told, nth)) g
     CROSS JOIN LATERAL jsonb_populate_record(NULL::rollcall.${table}, g.told) AS p
     LEFT JOIN rollcall.${table} t ON ${keys.map((key) => `t.${key} = p.${key}`).join(' AND ')}
     WHERE (t.${keys[0]} IS NULL OR ${differs(table === 'day_checks' ? CHECK_AS_TOLD : 'to_jsonb(t)')}) ${table === 'windows' ? IS_NEWEST : ''}`,
    [JSON.stringify(told)],
  )
  return rows.map(({ nth, missing }) => ({ nth, what: missing ? 'missing' : 'changed' }))
}

const IS_NEWEST =
  "AND NOT EXISTS (SELECT FROM rollcall.window_changes c WHERE c.account = p.account AND c.window_from = p.window_from AND c.log_offset > (g.told ->> 'log_offset')::bigint)"

/** By what Postgres makes of both, so that a time or a number is compared and not how it is written. */
const differs = (kept: string): string => `EXISTS (SELECT FROM jsonb_object_keys(g.told - 'log_offset') AS name WHERE to_jsonb(p) -> name IS DISTINCT FROM (${kept}) -> name)`

/** The topic tells of calls by hash alone. */
const CHECK_AS_TOLD = `to_jsonb(t) || jsonb_build_object('differences', (
  SELECT coalesce(jsonb_agg(jsonb_build_object('callSha256', encode(sha256(convert_to(t.account || '|' || (d ->> 'callSid'), 'UTF8')), 'hex'), 'kind', d -> 'kind', 'columns', d -> 'columns') ORDER BY nth), '[]')
  FROM jsonb_array_elements(t.differences) WITH ORDINALITY AS e (d, nth)))`
