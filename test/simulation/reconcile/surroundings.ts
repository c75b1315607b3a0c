import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createPool, type Pool } from '@rollcall/store/pool'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { createLogProjector, type LogProjector } from './log-projector.ts'
import { prepareStatements } from './prepare-statements.ts'

/** What all runs share; each has an account of its own in it. */
export interface Surroundings {
  readonly databaseUrl: string
  readonly pool: Pool
  readonly log: EventLog
  readonly projector: LogProjector
}

/** Each costs a transaction of its own; partitions are no part of what is simulated. */
const PARTITIONS = 1

/** A log and a database for all runs, new and empty. */
export const createSurroundings = async (superuserUrl: string, databaseUrl: string): Promise<Surroundings & { close(): Promise<void> }> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-simulation-'))
  const database = await createTestDatabase(superuserUrl, databaseUrl)
  await hurry(database.databaseUrl)
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-simulation', max: 4 })
  pool.on('connect', prepareStatements)
  const log = await openEmbeddedEventLog({ directory })
  await log.ensureTopics(TOPICS.map((topic) => ({ ...topic, partitions: PARTITIONS })))
  return {
    databaseUrl: database.databaseUrl,
    pool,
    log,
    projector: await createLogProjector(log, pool),
    close: async () => {
      await pool.end()
      await log.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/**
 * No power is cut here, and every step waits for the disk otherwise. And statements are planned once, while their tables are empty: a plan
 * that reads such a table from end to end would do so ever after. Both hold for connections that are made from now on.
 */
const hurry = async (databaseUrl: string): Promise<void> => {
  const pool = createPool({ databaseUrl, applicationName: 'rollcall-simulation', max: 1 })
  for (const setting of ['synchronous_commit', 'enable_seqscan', 'jit'])
    await pool.query(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ${setting} TO off', current_database()); END $$`)
  await pool.end()
}
