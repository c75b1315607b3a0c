/**
 * A projection that is being filled from nothing: while it is, its two great tables have no indexes, which are made in one go when all rows are
 * there. That is cheaper than to keep them up row by row, and it lets calls be written before it is known whether more is told of them.
 */
import type { Pool } from '../pool.ts'
import type { Queryable } from '../queryable.ts'
import { inTransaction } from '../transaction.ts'
import { REBUILD_SCHEMA } from './rebuild-schema.ts'

/** Of the two great tables, in the order in which their indexes are made: side by side, each on a connection of its own. */
const GREAT_TABLES = ['calls', 'observations'] as const
export type GreatTable = (typeof GREAT_TABLES)[number]

/** What was told of calls that had been written to `calls` already: to be merged into them when all is loaded. */
export const CALLS_TOLD_AGAIN = `${REBUILD_SCHEMA}.calls_told_again`

/** The statements that make again what was taken away, by table. */
export type Indexes = Readonly<Record<GreatTable, readonly string[]>>

/**
 * Takes the indexes away, and keeps the server from vacuuming what only grows. A rebuilt projection is gone when the server falls over, whatever
 * is in it: one that is thrown away is not logged. One that is kept is logged from the beginning: to log it at the end would write all of it twice.
 */
export const prepareLoading = async (db: Queryable, kept: boolean): Promise<Indexes> => {
  const indexes = { calls: await takeIndexes(db, 'calls'), observations: await takeIndexes(db, 'observations') }
  for (const leaf of await leaves(db)) await db.query(`ALTER TABLE ${leaf} SET (autovacuum_enabled = false)${kept ? '' : `; ALTER TABLE ${leaf} SET UNLOGGED`}`)
  await db.query(`CREATE UNLOGGED TABLE ${CALLS_TOLD_AGAIN} (account text COLLATE "C" NOT NULL, call_sid text COLLATE "C" NOT NULL, state text NOT NULL)`)
  return indexes
}

/** Makes one table's indexes again, in one transaction of its own. So much memory as `memoryMb` is used for sorting. */
export const makeIndexes = (pool: Pool, statements: readonly string[], memoryMb: number): Promise<void> =>
  inTransaction(pool, async (tx) => {
    await tx.query(`SET LOCAL maintenance_work_mem = '${memoryMb}MB'`)
    for (const statement of statements) await tx.query(statement)
  })

/** Takes away what was loaded, for it cannot be trusted; positions have not moved while anything was. */
export const emptyTables = async (db: Queryable): Promise<void> => {
  await db.query(`TRUNCATE ${[...GREAT_TABLES, 'dead_letters', 'heartbeats', 'sms_statuses'].map((table) => `${REBUILD_SCHEMA}.${table}`).join(', ')}`)
}

/** Takes away the indexes that were made, some or all of them. */
export const dropIndexes = async (db: Queryable): Promise<void> => {
  for (const table of GREAT_TABLES) await takeIndexes(db, table)
}

/** From here on it is a projection like any other: with statistics, vacuumed, and without what loading needed. */
export const endLoading = async (db: Queryable): Promise<void> => {
  await db.query(`DROP TABLE ${CALLS_TOLD_AGAIN}`)
  for (const leaf of await leaves(db)) await db.query(`ALTER TABLE ${leaf} RESET (autovacuum_enabled)`)
  for (const table of GREAT_TABLES) await db.query(`ANALYZE ${REBUILD_SCHEMA}.${table}`)
}

/** Constraints first: an index that carries one goes with it. */
const takeIndexes = async (db: Queryable, table: GreatTable): Promise<readonly string[]> => {
  const name = `${REBUILD_SCHEMA}.${table}`
  const constraints = await db.query<{ name: string; definition: string }>(
    `SELECT quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('p', 'u', 'x') ORDER BY conname`,
    [name],
  )
  for (const { name: constraint } of constraints.rows) await db.query(`ALTER TABLE ${name} DROP CONSTRAINT ${constraint}`)
  const indexes = await db.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = $1::regclass ORDER BY 1`,
    [name],
  )
  for (const { name: index } of indexes.rows) await db.query(`DROP INDEX ${index}`)
  return [
    ...constraints.rows.map(({ name: constraint, definition }) => `ALTER TABLE ${name} ADD CONSTRAINT ${constraint} ${definition}`),
    // Of a partitioned table the server names the index alone, without those of the partitions, which are to be made with it.
    ...indexes.rows.map(({ definition }) => definition.replace(` ON ONLY ${name} `, ` ON ${name} `)),
  ]
}

/** The tables that hold rows: a partitioned one holds none. */
const leaves = async (db: Queryable): Promise<readonly string[]> => {
  const { rows } = await db.query<{ leaf: string }>(`SELECT relid::regclass::text AS leaf FROM unnest($1::regclass[]) AS great, pg_partition_tree(great) WHERE isleaf`, [
    GREAT_TABLES.map((table) => `${REBUILD_SCHEMA}.${table}`),
  ])
  return rows.map(({ leaf }) => leaf)
}
