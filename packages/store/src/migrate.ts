import { fileURLToPath } from 'node:url'
import { parseDatabaseUrl } from '@rollcall/contracts/database-url'
import { runner } from 'node-pg-migrate'
import { createWritableServer } from './connection/writable-server.ts'
import { StoreUnavailableError } from './errors.ts'
import { createPool } from './pool.ts'

export const PROJECTION_SCHEMA = 'projection'
export const ROLLCALL_SCHEMA = 'rollcall'
const MONTHS_AHEAD = 3

const directoryOf = (name: string): string => fileURLToPath(new URL(`../migrations/${name}`, import.meta.url))

/** Brings both schemas up to date, makes the coming months' partitions, and lets auditors read what they may. Several processes may do so at once: they wait for each other. */
export const migrate = async (databaseUrl: string): Promise<void> => {
  try {
    await migrateProjection(databaseUrl, PROJECTION_SCHEMA)
    await run(databaseUrl, 'rollcall', ROLLCALL_SCHEMA)
    await ask(databaseUrl, ROLLCALL_SCHEMA, 'SELECT open_to_auditors()')
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code === 'string' && code.startsWith('E')) throw new DatabaseUnreachableError(databaseUrl, error)
    throw error
  }
}

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

/** The database did not answer when it was first asked: more likely a wrong address than an outage, so an operator is told. */
export class DatabaseUnreachableError extends StoreUnavailableError {
  readonly exitCode = 2
  constructor(databaseUrl: string, cause: unknown) {
    super(
      `DATABASE_URL names ${parseDatabaseUrl(databaseUrl).address}, which does not answer (${(cause as { code?: string }).code}); needed is a running Postgres 15 or newer. Start it, or correct DATABASE_URL.`,
      { cause },
    )
  }
}
