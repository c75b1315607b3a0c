import { migrateProjection, PROJECTION_SCHEMA } from './migrate.ts'
import type { Connection, Pool } from './pool.ts'
import { inTransaction } from './transaction.ts'

/** Where a rebuild folds, beside the live projection. */
export const REBUILD_SCHEMA = 'projection_rebuild'
const RETIRED_SCHEMA = 'projection_retired'

/** An empty projection beside the live one; what an earlier rebuild left is removed. */
export const makeRebuildSchema = async (pool: Pool, databaseUrl: string): Promise<void> => {
  await pool.query(`DROP SCHEMA IF EXISTS ${REBUILD_SCHEMA} CASCADE`)
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
 * that a running projector is fenced, reads its positions again and goes on.
 */
export const swapInRebuild = async (tx: Connection): Promise<void> => {
  await tx.query(
    `UPDATE ${REBUILD_SCHEMA}.projection_positions r SET epoch = greatest(r.epoch, l.epoch) + 1, owner = NULL, lease_until = NULL, log_cluster_id = coalesce(r.log_cluster_id, l.log_cluster_id)
     FROM ${PROJECTION_SCHEMA}.projection_positions l WHERE l.topic = r.topic AND l.partition = r.partition`,
  )
  await tx.query(`ALTER SCHEMA ${PROJECTION_SCHEMA} RENAME TO ${RETIRED_SCHEMA}`)
  await tx.query(`ALTER SCHEMA ${REBUILD_SCHEMA} RENAME TO ${PROJECTION_SCHEMA}`)
}

/** Removes what the swap retired; a later rebuild does it too. */
export const dropRetired = (pool: Pool): Promise<void> => inTransaction(pool, async (tx) => void (await tx.query(`DROP SCHEMA IF EXISTS ${RETIRED_SCHEMA} CASCADE`)))
