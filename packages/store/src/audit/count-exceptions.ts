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

/** Of each kind no more than EXCEPTIONS_COUNTED_MAX are looked at, and those that were closed. */
export const countOpenExceptions = async (db: Queryable, account: string): Promise<OpenExceptions> => {
  const { rows } = await db.query<{ kind: ExceptionKind; found: number }>(FOUND, [account, EXCEPTIONS_COUNTED_MAX + 1])
  const closed = await countClosed(db, account)
  return {
    open: Object.fromEntries(
      rows.flatMap(({ kind, found }) => {
        const open = Math.min(found, EXCEPTIONS_COUNTED_MAX) - (closed.get(kind) ?? 0)
        return open > 0 ? [[kind, open]] : []
      }),
    ),
    atLeast: rows.filter(({ found }) => found > EXCEPTIONS_COUNTED_MAX).map(({ kind }) => kind),
  }
}

// In the order of its index, so that each is walked and none is read whole.
const FOUND = EXCEPTION_KINDS.map((kind) => {
  const order = ['detected_at', ...EXCEPTION_KEYS[kind].columns.map(({ name }) => name)].map((name) => `${name} DESC`).join(', ')
  return `SELECT '${kind}' AS kind, count(*)::int AS found FROM (SELECT FROM ${viewOf(kind)} WHERE account = $1 ORDER BY ${order} LIMIT $2) AS looked_at`
}).join('\nUNION ALL\n')

const countClosed = async (db: Queryable, account: string): Promise<ReadonlyMap<ExceptionKind, number>> => {
  const closed = new Map<ExceptionKind, number>()
  for (const [kind, { condition, values }] of await readActedSubjects(db, account)) {
    const { rows } = await db.query<{ closed: number }>(`SELECT count(*)::int AS closed FROM ${viewOf(kind)} WHERE account = $1 AND ${condition(2)} AND state = 'closed'`, [
      account,
      ...values,
    ])
    closed.set(kind, rows[0]?.closed ?? 0)
  }
  return closed
}

/** The same, if it can be counted in so many milliseconds; null if not. For what also tells other things. @param db in a transaction, which goes on */
export const countOpenExceptionsWithin = async (db: Queryable, account: string, ms: number): Promise<OpenExceptions | null> => {
  await db.query('SAVEPOINT counting')
  try {
    await db.query(`SET LOCAL statement_timeout = ${Math.ceil(ms)}`)
    return await countOpenExceptions(db, account)
  } catch (error) {
    if ((error as { code?: unknown }).code === QUERY_CANCELED) return null
    throw error
  } finally {
    // Nothing was written; this ends the bound, and what the bound has ended.
    await db.query('ROLLBACK TO SAVEPOINT counting')
  }
}
