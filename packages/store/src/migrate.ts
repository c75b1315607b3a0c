import { fileURLToPath } from 'node:url'
import { parseDatabaseUrl } from '@rollcall/contracts/database-url'
import { runner } from 'node-pg-migrate'
import { askFirst } from './ask-first.ts'
import { createWritableServer } from './connection/writable-server.ts'
import { createPool } from './pool.ts'

export const PROJECTION_SCHEMA = 'projection'
export const ROLLCALL_SCHEMA = 'rollcall'
const MONTHS_AHEAD = 3

const directoryOf = (name: string): string => fileURLToPath(new URL(`../migrations/${name}`, import.meta.url))

/** Brings both schemas up to date, makes the coming months' partitions, and lets auditors read what they may. Several processes may do so at once: they wait for each other. */
export const migrate = (databaseUrl: string): Promise<void> =>
  askFirst(databaseUrl, async () => {
    await migrateProjection(databaseUrl, PROJECTION_SCHEMA)
    await run(databaseUrl, 'rollcall', ROLLCALL_SCHEMA)
    await ask(databaseUrl, ROLLCALL_SCHEMA, 'SELECT open_to_auditors()')
  })

/** The projection's tables in a schema of the given name: the live one, or one that is being rebuilt. */
export const migrateProjection = async (databaseUrl: string, schema: string): Promise<void> => {
  await run(databaseUrl, 'projection', schema)
  await ask(databaseUrl, schema, 'SELECT make_observation_months(current_date, $1)', [MONTHS_AHEAD])
}

const ask = async (databaseUrl: string, schema: string, sql: string, values: readonly unknown[] = []): Promise<void> => {
  const pool = createPool({ databaseUrl, applicationName: 'rollcall-migrate', searchPath: schema, max: 1 })
  try {
    await pool.query(sql, [...values])
  } finally {
    await pool.end()
  }
}

const run = async (databaseUrl: string, directory: string, schema: string) =>
  runner({
    databaseUrl: await writableUrl(databaseUrl),
    dir: directoryOf(directory),
    direction: 'up',
    count: Number.POSITIVE_INFINITY,
    schema,
    createSchema: true,
    migrationsSchema: schema,
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    log: () => {},
  })

/** The migrations' own client knows one host only. */
const writableUrl = async (databaseUrl: string): Promise<string> => {
  const { servers, findWritable } = parseDatabaseUrl(databaseUrl)
  return findWritable ? (await createWritableServer(servers).find()).url : databaseUrl
}
