/**
 * Every table and column of a database of Rollcall is one of these: evidence, whose change a check of the product must see; no evidence, for a reason; or read by auditors
 * and seen by no check yet, which is told at each run. What is none of them, such as what a new migration brings, is told too, and a run does not pass.
 */
import type { Queryable } from '@rollcall/store/queryable'

/** The product's checks: a day folded again, the audit topic folded again, what was concluded against what was told of it, and a pack written and verified. */
export const CHECKS = ['day', 'fold', 'conclusions', 'pack'] as const
export type CheckName = (typeof CHECKS)[number]

/** Whose change is to be seen, and by which check at the latest; the others are asked where that one is silent. All columns, but those that are named below. */
const EVIDENCE: Readonly<Record<string, CheckName>> = {
  'projection.calls': 'day',
  'projection.dead_letters': 'day',
  'projection.observations': 'day',
  'rollcall.accounts': 'conclusions',
  'rollcall.audit_leaves': 'conclusions',
  'rollcall.certified_leaves': 'pack',
  'rollcall.day_checks': 'conclusions',
  'rollcall.erasures': 'fold',
  'rollcall.exception_actions': 'fold',
  'rollcall.exports': 'fold',
  'rollcall.reveals': 'fold',
  'rollcall.runs': 'conclusions',
  'rollcall.scans': 'conclusions',
  'rollcall.sign_offs': 'fold',
  'rollcall.token_actions': 'fold',
  'rollcall.window_certificates': 'conclusions',
  'rollcall.window_changes': 'fold',
  'rollcall.window_history': 'conclusions',
  'rollcall.windows': 'conclusions',
}

/** What no auditor is shown and no evidence rests on. */
const NO_EVIDENCE: Readonly<Record<string, string>> = {
  'projection.heartbeats': 'the last heartbeat, for operators; the log has all',
  'projection.migrations': 'which migrations were made',
  'projection.outbox': 'changes that wait to be published',
  'projection.projection_positions': 'how far is folded; the hash of the last record is held against the log at each start',
  'projection.sms_statuses': 'what became of SMS, for operators; the log has all',
  'rollcall.audit_fold': 'how far the audit topic is folded: set back, it is folded again',
  'rollcall.audit_outbox': 'records that wait to be published; what they tell counts when they are in the log',
  'rollcall.audit_tokens': 'who may ask',
  'rollcall.auditor_accounts': 'who may see which account in SQL',
  'rollcall.backfills': 'what operators asked for',
  'rollcall.call_salts': 'secrets, for the owner alone; a wrong one opens no commitment',
  'rollcall.coverage_policies': 'how far a changed setting was applied',
  'rollcall.ingest_accounts': 'when ingest last received',
  'rollcall.ingest_hosts': 'heartbeats of hosts',
  'rollcall.ingest_refusals': 'counts for operators, forgotten after days',
  'rollcall.leases': 'leases',
  'rollcall.migrations': 'which migrations were made',
  'rollcall.projector_members': 'heartbeats of projectors',
  'rollcall.schedules': 'what was planned, for operators',
  'rollcall.timeliness': 'counts for metrics, made again from calls',
  'rollcall.window_listings': 'the listing that the next one is compared with',
  'rollcall.accounts.chases_looked_at': 'how far was looked',
  'rollcall.accounts.list_features': 'what the list API can do, asked again',
  'rollcall.accounts.list_features_asked_at': 'when that was asked',
  'rollcall.accounts.silent_until': 'a pause after refusals',
  'rollcall.accounts.timeliness_at': 'how far was counted',
  'rollcall.runs.lease_epoch': 'a fencing token',
  'rollcall.scans.projected_to': 'a copy on its way into the evidence of a move',
}

/** What auditors may read, and whose change no check sees yet: the log does not tell it, or nobody compares it. */
const OPEN: Readonly<Record<string, string>> = {
  'projection.calls.version': 'counts changes, which no log tells',
  'rollcall.absences': 'the log does not tell when a list denied a call',
  'rollcall.chase_reads': 'the log does not tell of single reads',
  'rollcall.chases': 'the log does not tell of chases',
  'rollcall.day_measures': 'counted of judgements',
  'rollcall.judgement_history': 'the log does not tell of judgements',
  'rollcall.judgements': 'the log does not tell of judgements',
  'rollcall.recording_checks': 'the log does not tell of them',
  'rollcall.verdicts': 'the log does not tell of verdicts',
  'rollcall.window_scans': 'the log tells of those alone that moved a window',
  'rollcall.accounts.webhooks_silent_since': 'the log does not tell since when',
  'rollcall.runs.lanes': 'the log does not tell which',
}

export interface EvidenceColumn {
  readonly name: string
  /** Such as `text`, `jsonb`, `text[]`. */
  readonly type: string
  readonly nullable: boolean
  readonly isKey: boolean
}

export interface EvidenceTable {
  readonly name: string
  readonly check: CheckName
  readonly columns: readonly EvidenceColumn[]
  /** All of its columns that can be written. */
  readonly all: readonly string[]
}

export interface Classified {
  readonly evidence: readonly EvidenceTable[]
  readonly open: Readonly<Record<string, string>>
  /** In words; none where each table and column is classified, once, and nothing that auditors read is called no evidence. */
  readonly wrong: readonly string[]
}

interface Column extends EvidenceColumn {
  readonly table: string
}

const COLUMNS = `
  SELECT n.nspname || '.' || c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable,
         EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS "isKey"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1, a.attnum`

/** Reads the catalogue. */
export const classify = async (db: Queryable): Promise<Classified> => {
  const columns = (await db.query<Column>(COLUMNS)).rows
  const audited = (await db.query<{ name: string }>(`SELECT schema_name || '.' || table_name AS name FROM rollcall.audited_tables`)).rows.map(({ name }) => name)
  const tables = [...new Set(columns.map(({ table }) => table))]
  const known = new Set([...tables, ...columns.map(({ table, name }) => `${table}.${name}`)])
  const isLeftOut = (name: string): boolean => name in NO_EVIDENCE || name in OPEN
  return {
    evidence: tables.flatMap((name) => {
      const check = EVIDENCE[name]
      const own = columns.filter(({ table }) => table === name)
      return check === undefined ? [] : [{ name, check, columns: own.filter((column) => !isLeftOut(`${name}.${column.name}`)), all: own.map((column) => column.name) }]
    }),
    open: OPEN,
    wrong: [
      ...tables.filter((name) => !(name in EVIDENCE) && !isLeftOut(name)).map((name) => `${name} is not classified: is it evidence?`),
      ...[EVIDENCE, NO_EVIDENCE, OPEN].flatMap(Object.keys).flatMap((name) => (known.has(name) ? [] : [`${name} is classified, and there is none`])),
      ...audited.filter((name) => name in NO_EVIDENCE).map((name) => `${name} is called no evidence, and auditors read it`),
    ],
  }
}
