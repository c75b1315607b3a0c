import { isContentRefused } from '../errors.ts'
import type { Connection } from '../pool.ts'
import type { CallVersion, ObservationRow } from '../projection/batch.ts'
import { insertObservations } from '../projection/insert-observations.ts'
import { upsertCalls } from '../projection/upsert-calls.ts'

/**
 * Empty copies of the projection's tables, with all that these refuse by: types, constraints and indexes. They are temporary, and so they are what the
 * projection's own statements write to on this connection, since those name no schema.
 */
export const makeProbe = async (db: Connection): Promise<void> => {
  await db.query('DROP TABLE IF EXISTS pg_temp.calls, pg_temp.observations')
  await db.query('CREATE TEMPORARY TABLE calls (LIKE projection.calls INCLUDING ALL)')
  await db.query('CREATE TEMPORARY TABLE observations (LIKE projection.observations INCLUDING ALL)')
}

/** What one record says, on its own. */
export interface Said {
  readonly partition: number
  readonly calls: readonly CallVersion[]
  readonly observations: readonly ObservationRow[]
}

/** Does Postgres refuse what a record says? It is written to the copies, and taken back. Only in a transaction. */
export const isRefused = async (db: Connection, { partition, calls, observations }: Said): Promise<boolean> => {
  await db.query('SAVEPOINT probe')
  try {
    await upsertCalls(db, calls)
    await insertObservations(db, partition, observations)
    return false
  } catch (error) {
    if (!isContentRefused(error)) throw error
    return true
  } finally {
    // Where the connection is gone, the error that says so is the one to be heard.
    await db.query('ROLLBACK TO SAVEPOINT probe').catch(() => {})
  }
}
