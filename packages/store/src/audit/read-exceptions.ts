import { EXCEPTION_KINDS, type ExceptionKind } from '@rollcall/contracts/audit-api/exception'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { EXCEPTION_KEYS, viewOf } from './exception-keys.ts'
import { type Acted, readActedSubjects } from './read-acted-subjects.ts'

/** One row of audit.exceptions. */
export interface ExceptionRow {
  readonly kind: ExceptionKind
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
  readonly kind: ExceptionKind | null
  readonly states: readonly string[]
  readonly assignee: string | null
}

/** Where an exception stands: the latest first, those of one moment by kind, and those of one kind by what they are about, backwards. */
export type ExceptionPlace = Pick<ExceptionRow, 'detectedAt' | 'kind' | 'subject'>

interface Row {
  readonly kind: ExceptionKind
  readonly subject: readonly (string | number)[]
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

const COLUMNS = 'kind, subject, severity, reason, detected_at, call_sid, window_from, partition, log_offset, detail, state, assignee, resolution, actions'

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

/** So many are looked at in one go where most of what is looked at is not wanted, and so often for one page. */
const LOOKED_AT_ONCE = 1_000
const LOOKS_MAX = 10

/**
 * Latest first, after `after`. A page may have fewer than `limit`, even none, and others after it: where thousands in a row were closed, no more are looked at.
 * `next` is the place to go on from; null: there are no others.
 */
export const pageExceptions = async (
  db: Queryable,
  account: string,
  wanted: ExceptionsWanted,
  after: ExceptionPlace | null,
  limit: number,
): Promise<{ readonly rows: readonly ExceptionRow[]; readonly next: ExceptionPlace | null }> => {
  // Few are acted upon, and those are found by that; all others are open.
  const acted = wanted.assignee !== null || !wanted.states.includes('open') ? await readActedSubjects(db, account) : null
  const rows: ExceptionRow[] = []
  let place = after
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const most = looks === 0 ? limit + 1 : LOOKED_AT_ONCE
    const found = await readInOrder(db, account, wanted, place, most, acted)
    for (const row of found) {
      if (wanted.states.includes(row.state)) {
        if (rows.length === limit) return { rows, next: rows.at(-1) ?? place }
        rows.push(row)
      }
      place = row
    }
    if (found.length < most) return { rows, next: null }
  }
  return { rows, next: place }
}

const readInOrder = async (
  db: Queryable,
  account: string,
  wanted: ExceptionsWanted,
  after: ExceptionPlace | null,
  limit: number,
  acted: ReadonlyMap<ExceptionKind, Acted> | null,
) => {
  const found: ExceptionRow[] = []
  for (const kind of wanted.kind === null ? KINDS_IN_ORDER : [wanted.kind]) {
    const actedOfKind = acted === null ? null : acted.get(kind)
    if (actedOfKind !== undefined) found.push(...(await readOfKind(db, account, kind, wanted, after, limit, actedOfKind)))
  }
  // Those of one kind are in order already, and a sort that is stable leaves them so.
  return found.toSorted((a, b) => b.detectedAt - a.detectedAt).slice(0, limit)
}

const KINDS_IN_ORDER = EXCEPTION_KINDS.toSorted()

/** From the index of the kind. */
const readOfKind = async (db: Queryable, account: string, kind: ExceptionKind, wanted: ExceptionsWanted, after: ExceptionPlace | null, limit: number, acted: Acted | null) => {
  const { columns, valuesOf } = EXCEPTION_KEYS[kind]
  const names = columns.map(({ name }) => name)
  const values: unknown[] = [account, limit]
  const given = (value: unknown, type: string): string => `$${values.push(value)}::${type}`
  const conditions = ['account = $1']
  if (wanted.from !== null) conditions.push(`detected_at >= ${given(new Date(wanted.from), 'timestamptz')}`)
  if (wanted.to !== null) conditions.push(`detected_at < ${given(new Date(wanted.to), 'timestamptz')}`)
  if (after !== null) {
    const at = given(new Date(after.detectedAt), 'timestamptz')
    const keys = kind === after.kind ? valuesOf(after.subject) : null
    if (keys === null) conditions.push(`detected_at ${kind < after.kind ? '<' : '<='} ${at}`)
    else conditions.push(`(detected_at, ${names.join(', ')}) < (${[at, ...columns.map(({ type }, nth) => given(keys[nth], type))].join(', ')})`)
  }
  if (acted !== null) {
    conditions.push(acted.condition(values.length + 1))
    values.push(...acted.values)
    conditions.push(`state = ANY (${given(wanted.states, 'text[]')})`)
    if (wanted.assignee !== null) conditions.push(`assignee = ${given(wanted.assignee, 'text')}`)
  }
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM ${viewOf(kind)} WHERE ${conditions.join(' AND ')} ORDER BY ${['detected_at', ...names].map((name) => `${name} DESC`).join(', ')} LIMIT $2`,
    values,
  )
  return rows.map(exceptionOf)
}

/** Null where there is no such exception (any more: a webhook that came after all is missing no longer). */
export const readException = async (db: Queryable, account: string, kind: ExceptionKind, subject: readonly (string | number)[]): Promise<ExceptionRow | null> => {
  const { columns, valuesOf } = EXCEPTION_KEYS[kind]
  const values = valuesOf(subject)
  if (values === null) return null
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM ${viewOf(kind)} WHERE account = $1 AND ${columns.map(({ name, type }, nth) => `${name} = $${nth + 2}::${type}`).join(' AND ')}`,
    [account, ...values],
  )
  return rows[0] === undefined ? null : exceptionOf(rows[0])
}
