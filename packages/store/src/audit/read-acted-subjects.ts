import type { ExceptionKind } from '@rollcall/contracts/audit-api/exception'
import type { Queryable } from '../queryable.ts'
import { EXCEPTION_KEYS } from './exception-keys.ts'

/** Of an account; the ones that somebody acted upon last. Who closes more than these by a program finds the oldest of them by their call or window alone. */
export const ACTED_MAX = 100_000

/** A condition on the keys of a kind: the exceptions that somebody has acted upon, or some of them no longer exceptions. Null: nobody has. */
export interface Acted {
  /** SQL, whose parameters count from `first` on. */
  readonly condition: (first: number) => string
  readonly values: readonly unknown[]
}

/** Asked for apart, since under row security Postgres looks up by nothing that it would have to compute from another table's rows. */
export const readActedSubjects = async (db: Queryable, account: string): Promise<ReadonlyMap<ExceptionKind, Acted>> => {
  const { rows } = await db.query<{ kind: ExceptionKind; subjects: (string | number)[][] }>(
    `SELECT kind, jsonb_agg(subject) AS subjects FROM (
       SELECT kind, subject FROM rollcall.exception_actions WHERE account = $1 GROUP BY kind, subject ORDER BY max(log_offset) DESC LIMIT $2
     ) AS acted GROUP BY kind`,
    [account, ACTED_MAX],
  )
  return new Map(rows.map(({ kind, subjects }) => [kind, actedOf(kind, subjects)]))
}

/** Of these subjects alone. Pure. */
export const actedOf = (kind: ExceptionKind, subjects: readonly (readonly (string | number)[])[]): Acted => {
  const { columns, valuesOf } = EXCEPTION_KEYS[kind]
  const keys = subjects.flatMap((subject) => {
    const values = valuesOf(subject)
    return values === null ? [] : [values]
  })
  return {
    condition: (first) => `(${columns.map(({ name }) => name).join(', ')}) IN (SELECT * FROM unnest(${columns.map(({ type }, nth) => `$${first + nth}::${type}[]`).join(', ')}))`,
    values: columns.map((_, nth) => keys.map((values) => values[nth])),
  }
}
