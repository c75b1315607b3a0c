import { migrateProjection, PROJECTION_SCHEMA } from './migrate.ts'
import type { Connection, Pool } from './pool.ts'
import { inTransaction } from './transaction.ts'

/** Where a rebuild folds, beside the live projection. */
export const REBUILD_SCHEMA = 'projection_rebuild'
const RETIRED_SCHEMA = 'projection_retired'

/** An empty projection beside the live one; what an earlier rebuild left is removed. */
export const makeRebuildSchema = async (pool: Pool, databaseUrl: string): Promise<void> => {
  await pool.query(`DROP SCHEMA IF EXISTS ${REBUILD_SCHEMA}, ${RETIRED_SCHEMA} CASCADE`)
  await migrateProjection(databaseUrl, REBUILD_SCHEMA)
}

export const dropRebuildSchema = async (pool: Pool): Promise<void> => {
  await pool.query(`DROP SCHEMA IF EXISTS ${REBUILD_SCHEMA} CASCADE`)
}

/** Holds the live positions still: projectors wait to commit until this transaction ends. */
export const lockLivePositions = async (tx: Connection): Promise<void> => {
  await tx.query(`LOCK TABLE ${PROJECTION_SCHEMA}.projection_positions IN SHARE ROW EXCLUSIVE MODE`)
}

/**
 * Puts the rebuilt projection in the live one's place. Its epochs are raised above the live ones and its partitions are nobody's, so
 * that a running projector is fenced, reads its positions again and goes on. Versions go on where the live ones stood, and only calls
 * that came out differently are published again.
 */
export const swapInRebuild = async (tx: Connection): Promise<void> => {
  const [live, rebuilt] = [PROJECTION_SCHEMA, REBUILD_SCHEMA]
  await tx.query(
    `UPDATE ${rebuilt}.projection_positions r SET epoch = greatest(r.epoch, l.epoch) + 1
     FROM ${live}.projection_positions l WHERE l.topic = r.topic AND l.partition = r.partition`,
  )
  await tx.query(
    `UPDATE ${rebuilt}.calls r SET version = CASE WHEN l.digest = r.digest THEN l.version ELSE l.version + 1 END
     FROM ${live}.calls l WHERE l.account = r.account AND l.call_sid = r.call_sid`,
  )
  await tx.query(
    `DELETE FROM ${rebuilt}.outbox o USING ${live}.calls l, ${rebuilt}.calls r
     WHERE l.account = o.account AND l.call_sid = o.call_sid AND r.account = o.account AND r.call_sid = o.call_sid AND l.digest = r.digest`,
  )
  await tx.query(
    `INSERT INTO ${rebuilt}.outbox (partition, account, call_sid, version, changed, log_offset)
     SELECT partition, account, call_sid, version, changed, log_offset FROM ${live}.outbox ORDER BY id`,
  )
  await tx.query(`ALTER SCHEMA ${live} RENAME TO ${RETIRED_SCHEMA}`)
  await tx.query(`ALTER SCHEMA ${rebuilt} RENAME TO ${live}`)
}

/** Removes what the swap retired; a later rebuild does it too. */
export const dropRetired = (pool: Pool): Promise<void> => inTransaction(pool, async (tx) => void (await tx.query(`DROP SCHEMA IF EXISTS ${RETIRED_SCHEMA} CASCADE`)))
