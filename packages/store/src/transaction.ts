import { isConflict } from './errors.ts'
import { type Connection, type Pool, takeConnection } from './pool.ts'

/**
 * Runs `work` in one transaction: all of it, or nothing. A connection on which anything failed is closed, which undoes the
 * transaction on the server too: it may be one that will never answer again, a ROLLBACK included.
 */
export const inTransaction = async <T>(pool: Pool, work: (tx: Connection) => Promise<T>): Promise<T> => {
  const tx = await takeConnection(pool)
  let failure: Error | undefined
  try {
    return await inTransactionOn(tx, () => work(tx))
  } catch (error) {
    failure = error instanceof Rollback ? await whyNotUndone(tx) : asError(error)
    throw error
  } finally {
    tx.release(failure)
  }
}

/** So often at the most; one that is in the way that often will be again. */
export const CONFLICTS_MAX = 5

/** The same, done again where the server undid it because another transaction was in its way. `work` must do the same each time. @throws what the last one failed with */
export const inTransactionAgain = async <T>(pool: Pool, work: (tx: Connection) => Promise<T>): Promise<T> => {
  for (let conflicts = 1; ; conflicts += 1) {
    try {
      return await inTransaction(pool, work)
    } catch (error) {
      if (!isConflict(error) || conflicts === CONFLICTS_MAX) throw error
    }
  }
}

/** One transaction on a connection that the caller holds, and closes when this throws. */
export const inTransactionOn = async <T>(tx: Connection, work: () => Promise<T>): Promise<T> => {
  await tx.query('BEGIN')
  const result = await work()
  await tx.query('COMMIT')
  return result
}

/** Reads that all see the database as it was at the first of them. The caller closes the connection when this throws. */
export const inSnapshotOn = async <T>(db: Connection, work: () => Promise<T>): Promise<T> => {
  await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const result = await work()
  await db.query('COMMIT')
  return result
}

/** Thrown inside `inTransaction` to undo it and hand a result out all the same. */
export class Rollback<T> extends Error {
  override readonly name = 'Rollback'
  readonly result: T
  constructor(result: T) {
    super('rolled back on purpose')
    this.result = result
  }
}

const whyNotUndone = (tx: Connection): Promise<Error | undefined> => tx.query('ROLLBACK').then(() => undefined, asError)

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
