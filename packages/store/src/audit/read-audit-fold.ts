import type { Queryable } from '../queryable.ts'
import {
  type AuditFold,
  type ErasureFold,
  type ExceptionActionFold,
  type ExportFold,
  foldName,
  type RevealFold,
  type TokenActionFold,
  type WindowChangeFold,
} from './fold-audit.ts'
import { readSignOffFold } from './sign-off-fold.ts'

/** As node-postgres gives a row whose columns are named after the fold's: times as dates, JSON parsed. */
type Read<Row> = { readonly [Name in keyof Row]: Row[Name] extends number ? Date | number : unknown }

const ms = (at: unknown): number => (at as Date).getTime()

/** What is kept of the audit topic, of the records `[from, to)`. JSON is as Postgres writes it: compare what it says and not its letters. */
export const readAuditFold = async (db: Queryable, from: bigint, to: bigint): Promise<AuditFold> => {
  const rowsOf = async <Row>(columns: string, table: string): Promise<readonly Read<Row>[]> => {
    const { rows } = await db.query<Read<Row>>(
      `SELECT account, log_offset AS "logOffset", ce_id AS "ceId", at, ${columns} FROM rollcall.${table} WHERE log_offset >= $1 AND log_offset < $2 ORDER BY log_offset`,
      [from.toString(), to.toString()],
    )
    return rows
  }
  const windowChanges = await rowsOf<WindowChangeFold>(
    `window_from AS "windowFrom", noted_at AS "notedAt", from_state AS "from", to_state AS "to", reason, evidence::text AS evidence`,
    'window_changes',
  )
  const exceptionActions = await rowsOf<ExceptionActionFold>('kind, subject::text AS subject, actor, action, assignee, resolution, note', 'exception_actions')
  const reveals = await rowsOf<RevealFold>('actor, call_sid AS "callSid", observation, reason', 'reveals')
  const exports = await rowsOf<ExportFold>('actor, range_from AS "rangeFrom", range_to AS "rangeTo", format, calls, as_told AS "asTold"', 'exports')
  const erasures = await rowsOf<ErasureFold>('actor, call_sid AS "callSid", created_before AS "createdBefore", calls', 'erasures')
  const tokenActions = await rowsOf<TokenActionFold>('actor, type, token_id AS "tokenId", holder, scopes, expires_at AS "expiresAt"', 'token_actions')
  return {
    windowChanges: windowChanges.map((row) => ({ ...row, windowFrom: ms(row.windowFrom), notedAt: ms(row.notedAt), at: ms(row.at) }) as WindowChangeFold),
    exceptionActions: exceptionActions.map((row) => ({ ...row, at: ms(row.at) }) as ExceptionActionFold),
    reveals: reveals.map((row) => ({ ...row, at: ms(row.at) }) as RevealFold),
    exports: exports.map((row) => ({ ...row, rangeFrom: ms(row.rangeFrom), rangeTo: ms(row.rangeTo), at: ms(row.at) }) as ExportFold),
    erasures: erasures.map((row) => ({ ...row, createdBefore: row.createdBefore === null ? null : ms(row.createdBefore), at: ms(row.at) }) as ErasureFold),
    tokenActions: tokenActions.map((row) => ({ ...row, expiresAt: ms(row.expiresAt), at: ms(row.at) }) as TokenActionFold),
    signOffs: await readSignOffFold(db, from, to),
  }
}

/** Up to where the topic is folded; null where none of it is, or it was another log, or another version did it. */
export const readFoldedTo = async (db: Queryable, topic: string, logClusterId: string): Promise<bigint | null> => {
  const { rows } = await db.query<{ next_offset: bigint }>('SELECT next_offset FROM rollcall.audit_fold WHERE topic = $1 AND log_cluster_id = $2', [topic, foldName(logClusterId)])
  return rows[0]?.next_offset ?? null
}

/** Where rows of these records stand, by `<table>/<ce_id>`. */
export const readKeptOffsets = async (db: Queryable, ceIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> => {
  const { rows } = await db.query<{ name: string; log_offset: bigint }>(
    `SELECT 'window_changes/' || ce_id AS name, log_offset FROM rollcall.window_changes WHERE ce_id = ANY($1)
     UNION ALL SELECT 'exception_actions/' || ce_id, log_offset FROM rollcall.exception_actions WHERE ce_id = ANY($1)
     UNION ALL SELECT 'reveals/' || ce_id, log_offset FROM rollcall.reveals WHERE ce_id = ANY($1)
     UNION ALL SELECT 'exports/' || ce_id, log_offset FROM rollcall.exports WHERE ce_id = ANY($1)
     UNION ALL SELECT 'erasures/' || ce_id, log_offset FROM rollcall.erasures WHERE ce_id = ANY($1)
     UNION ALL SELECT 'token_actions/' || ce_id, log_offset FROM rollcall.token_actions WHERE ce_id = ANY($1)
     UNION ALL SELECT 'sign_offs/' || ce_id, log_offset FROM rollcall.sign_offs WHERE ce_id = ANY($1)`,

    [ceIds],
  )
  return new Map(rows.map(({ name, log_offset }) => [name, log_offset]))
}
