import type { Queryable } from './queryable.ts'

/** What became of a transaction, as the server knows it. */
export type TransactionStatus = 'in progress' | 'committed' | 'aborted'

/** The number of the transaction that is under way, by which its outcome can be asked for when its COMMIT was not answered. */
export const currentTransactionId = async (tx: Queryable): Promise<string> => {
  const { rows } = await tx.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id')
  return rows[0]?.id ?? ''
}

/** Null where the server does not know it any more. @throws where it never knew it: another server has taken over, and it may not have got that far. */
export const readTransactionStatus = async (db: Queryable, id: string): Promise<TransactionStatus | null> => {
  const { rows } = await db.query<{ status: TransactionStatus | null }>('SELECT pg_xact_status($1::xid8) AS status', [id])
  return rows[0]?.status ?? null
}
