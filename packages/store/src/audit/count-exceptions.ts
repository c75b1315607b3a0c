import { EXCEPTION_KINDS, EXCEPTIONS_COUNTED_MAX, type ExceptionKind } from '@rollcall/contracts/audit-api/exception'
import type { Queryable } from '../queryable.ts'
import { EXCEPTION_KEYS, viewOf } from './exception-keys.ts'
import { readActedSubjects } from './read-acted-subjects.ts'

/** Exceptions that are not closed. */
export interface OpenExceptions {
  /** By kind; a kind without any is absent. */
  readonly open: Readonly<Partial<Record<ExceptionKind, number>>>
  /** Kinds of which there are more than were looked at: so many are open at least. */
  readonly atLeast: ExceptionKind[]
}

/** Postgres: the statement was ended by its timeout. */
const QUERY_CANCELED = '57014'

/** Of each kind as many are looked at as were closed, and EXCEPTIONS_COUNTED_MAX and one more. @param bound asked before each statement */
export const countOpenExceptions = async (db: Queryable, account: string, bound: () => Promise<unknown> = async () => {}): Promise<OpenExceptions> => {
  const closed = await countClosed(db, account, bound)
  const closedOf = (kind: ExceptionKind): number => closed.get(kind) ?? 0
  await bound()
  const { rows } = await db.query<{ kind: ExceptionKind; found: number }>(FOUND, [account, ...EXCEPTION_KINDS.map((kind) => EXCEPTIONS_COUNTED_MAX + 1 + closedOf(kind))])
  const counts = rows.map(({ kind, found }) => ({ kind, open: found - closedOf(kind) }))
  return {
    open: Object.fromEntries(counts.filter(({ open }) => open > 0).map(({ kind, open }) => [kind, Math.min(open, EXCEPTIONS_COUNTED_MAX)])),
    atLeast: counts.filter(({ open }) => open > EXCEPTIONS_COUNTED_MAX).map(({ kind }) => kind),
  }
}

// In the order of its index, so that each is walked and none is read whole.
const FOUND = EXCEPTION_KINDS.map((kind, nth) => {
  const order = ['detected_at', ...EXCEPTION_KEYS[kind].columns.map(({ name }) => name)].map((name) => `${name} DESC`).join(', ')
  return `SELECT '${kind}' AS kind, count(*)::int AS found FROM (SELECT FROM ${viewOf(kind)} WHERE account = $1 ORDER BY ${order} LIMIT $${nth + 2}) AS looked_at`
}).join('\nUNION ALL\n')

const countClosed = async (db: Queryable, account: string, bound: () => Promise<unknown>): Promise<ReadonlyMap<ExceptionKind, number>> => {
  const closed = new Map<ExceptionKind, number>()
  await bound()
  for (const [kind, { condition, values }] of await readActedSubjects(db, account)) {
    await bound()
    const { rows } = await db.query<{ closed: number }>(`SELECT count(*)::int AS closed FROM ${viewOf(kind)} WHERE account = $1 AND ${condition(2)} AND state = 'closed'`, [
      account,
      ...values,
    ])
    closed.set(kind, rows[0]?.closed ?? 0)
  }
  return closed
}

/** The same, if all of it can be counted in so many milliseconds; null if not. For what also tells other things. @param db in a transaction, which goes on */
export const countOpenExceptionsWithin = async (db: Queryable, account: string, ms: number, monotonic: () => number = () => performance.now()): Promise<OpenExceptions | null> => {
  const until = monotonic() + ms
  await db.query('SAVEPOINT counting')
  try {
    return await countOpenExceptions(db, account, () => db.query(`SET LOCAL statement_timeout = ${Math.max(1, Math.ceil(until - monotonic()))}`))
  } catch (error) {
    if ((error as { code?: unknown }).code === QUERY_CANCELED) return null
    throw error
  } finally {
    // Nothing was written; this ends the bound, and what the bound has ended.
    await db.query('ROLLBACK TO SAVEPOINT counting')
  }
}
