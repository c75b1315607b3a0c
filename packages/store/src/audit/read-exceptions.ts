import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** One row of audit.exceptions. */
export interface ExceptionRow {
  readonly kind: string
  readonly subject: readonly (string | number)[]
  readonly severity: 'high' | 'medium' | 'low'
  readonly reason: string | null
  readonly detectedAt: Instant
  readonly callSid: string | null
  readonly windowFrom: Instant | null
  readonly place: { readonly partition: number; readonly logOffset: bigint } | null
  /** The expected webhook, the surface, the day, or how often the API denied the call. */
  readonly detail: string | null
  readonly state: 'open' | 'assigned' | 'closed'
  readonly assignee: string | null
  readonly resolution: string | null
  readonly actions: number
}

export interface ExceptionsWanted {
  readonly from: Instant | null
  readonly to: Instant | null
  readonly kind: string | null
  readonly states: readonly string[]
  readonly assignee: string | null
}

export interface ExceptionPlace {
  readonly detectedAt: Instant
  readonly kind: string
  /** JSON, as Postgres writes it. */
  readonly subject: string
}

interface Row {
  readonly kind: string
  readonly subject: readonly (string | number)[]
  readonly subject_text: string
  readonly severity: ExceptionRow['severity']
  readonly reason: string | null
  readonly detected_at: Date
  readonly call_sid: string | null
  readonly window_from: Date | null
  readonly partition: number | null
  readonly log_offset: bigint | null
  readonly detail: string | null
  readonly state: ExceptionRow['state']
  readonly assignee: string | null
  readonly resolution: string | null
  readonly actions: bigint
}

const COLUMNS =
  'kind, subject, subject::text AS subject_text, severity, reason, detected_at, call_sid, window_from, partition, log_offset, detail, state, assignee, resolution, actions'

const exceptionOf = (row: Row): ExceptionRow => ({
  kind: row.kind,
  subject: row.subject,
  severity: row.severity,
  reason: row.reason,
  detectedAt: row.detected_at.getTime(),
  callSid: row.call_sid,
  windowFrom: row.window_from?.getTime() ?? null,
  place: row.partition === null || row.log_offset === null ? null : { partition: row.partition, logOffset: row.log_offset },
  detail: row.detail,
  state: row.state,
  assignee: row.assignee,
  resolution: row.resolution,
  actions: Number(row.actions),
})

/** Latest first, after `after`; each with its place. */
export const pageExceptions = async (
  db: Queryable,
  account: string,
  wanted: ExceptionsWanted,
  after: ExceptionPlace | null,
  limit: number,
): Promise<readonly (readonly [ExceptionRow, ExceptionPlace])[]> => {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM audit.exceptions
     WHERE account = $1 AND ($2::timestamptz IS NULL OR detected_at >= $2) AND ($3::timestamptz IS NULL OR detected_at < $3) AND ($4::text IS NULL OR kind = $4)
       AND state = ANY ($5) AND ($6::text IS NULL OR assignee = $6)
       AND ($7::timestamptz IS NULL OR detected_at < $7 OR (detected_at = $7 AND (kind, subject::text) > ($8, $9)))
     ORDER BY detected_at DESC, kind, subject::text LIMIT $10`,
    [
      account,
      wanted.from === null ? null : new Date(wanted.from),
      wanted.to === null ? null : new Date(wanted.to),
      wanted.kind,
      wanted.states,
      wanted.assignee,
      after === null ? null : new Date(after.detectedAt),
      after?.kind ?? null,
      after?.subject ?? null,
      limit,
    ],
  )
  return rows.map((row) => [exceptionOf(row), { detectedAt: row.detected_at.getTime(), kind: row.kind, subject: row.subject_text }] as const)
}

/** Null where there is no such exception (any more: a webhook that came after all is missing no longer). */
export const readException = async (db: Queryable, account: string, kind: string, subject: readonly (string | number)[]): Promise<ExceptionRow | null> => {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM audit.exceptions WHERE account = $1 AND kind = $2 AND subject = $3::jsonb`, [account, kind, JSON.stringify(subject)])
  return rows[0] === undefined ? null : exceptionOf(rows[0])
}

/** Exceptions that are not closed, by kind. */
export const countOpenExceptions = async (db: Queryable, account: string): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await db.query<{ kind: string; count: number }>(
    `SELECT kind, count(*)::int AS count FROM audit.exceptions WHERE account = $1 AND state <> 'closed' GROUP BY kind ORDER BY kind`,
    [account],
  )
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]))
}

/** What somebody did about an exception. */
export interface ExceptionActionRow {
  readonly logOffset: bigint
  readonly at: Instant
  readonly actor: string
  readonly action: 'assign' | 'annotate' | 'close'
  readonly assignee: string | null
  readonly resolution: string | null
  readonly note: string | null
}

/** Oldest first. */
export const readExceptionActions = async (db: Queryable, account: string, kind: string, subject: readonly (string | number)[]): Promise<readonly ExceptionActionRow[]> => {
  const { rows } = await db.query<Omit<ExceptionActionRow, 'logOffset' | 'at'> & { log_offset: bigint; at: Date }>(
    'SELECT log_offset, at, actor, action, assignee, resolution, note FROM rollcall.exception_actions WHERE account = $1 AND kind = $2 AND subject = $3::jsonb ORDER BY log_offset',
    [account, kind, JSON.stringify(subject)],
  )
  return rows.map(({ log_offset, at, ...row }) => ({ ...row, logOffset: log_offset, at: at.getTime() }))
}
