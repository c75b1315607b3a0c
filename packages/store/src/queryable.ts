import type { ClientBase } from 'pg'

/** A pool, or one connection inside a transaction. */
export type Queryable = Pick<ClientBase, 'query'>
