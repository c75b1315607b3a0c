import type { Queryable } from '../queryable.ts'

/** A row that the audit topic should have told of. */
export interface UntoldRow {
  readonly table: 'runs' | 'scans' | 'window_certificates' | 'day_checks'
  /** The subject of the record that would tell of it, or, of a certificate and a check, what alone is theirs: the SHA-256 of the text, and the id. */
  readonly name: string
}

const told = (type: string, subject: string, more = 'true'): string =>
  `EXISTS (SELECT FROM rollcall.audit_leaves l WHERE l.account = t.account AND l.type = '${type}' AND l.subject = ${subject} AND ${more})
   OR EXISTS (SELECT FROM rollcall.audit_outbox o WHERE o.account = t.account AND o.type = '${type}' AND o.subject = ${subject})`
const WINDOW_FROM = `to_char(t.window_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const READ = `
  SELECT 'runs' AS table, t.run_id::text AS name FROM rollcall.runs t WHERE t.outcome <> 'running' AND NOT (${told('run', 't.run_id::text')})
  UNION ALL SELECT 'scans', t.scan_id::text FROM rollcall.scans t WHERE NOT (${told('scan', 't.scan_id::text')})
  UNION ALL SELECT 'window_certificates', t.sha256 FROM rollcall.window_certificates t WHERE NOT (${told('certificate', WINDOW_FROM, 'l.value_sha256 = t.sha256')})
  UNION ALL SELECT 'day_checks', t.check_id::text FROM rollcall.day_checks t WHERE NOT (${told('day-check', 't.day::text', 'l.ce_id = t.check_id::text')})
  LIMIT $1`

/** Rows of which no record of the audit topic is noted, nor waits to be published; those of which the keeper has not yet noted the record are among them. At most `max`. */
export const readUntoldRows = async (db: Queryable, max: number): Promise<readonly UntoldRow[]> => (await db.query<{ table: UntoldRow['table']; name: string }>(READ, [max])).rows
