import { readdir } from 'node:fs/promises'
import { PROJECTION_SCHEMA, ROLLCALL_SCHEMA } from '../migrate.ts'
import type { Queryable } from '../queryable.ts'

const HISTORIES = [
  { schema: PROJECTION_SCHEMA, directory: new URL('../../migrations/projection/', import.meta.url) },
  { schema: ROLLCALL_SCHEMA, directory: new URL('../../migrations/rollcall/', import.meta.url) },
]
const UNDEFINED_TABLE = '42P01'

/** Migrations that this version of Rollcall has and the database does not, as `schema/name`; all of them for a new database. */
export const readPendingMigrations = async (db: Queryable): Promise<readonly string[]> => {
  const pending: string[] = []
  for (const { schema, directory } of HISTORIES) {
    const known = (await readdir(directory)).filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -'.sql'.length))
    const done = await readDone(db, schema)
    pending.push(...known.filter((name) => !done.has(name)).map((name) => `${schema}/${name}`))
  }
  return pending
}

const readDone = async (db: Queryable, schema: string): Promise<ReadonlySet<string>> => {
  try {
    const { rows } = await db.query<{ name: string }>(`SELECT name FROM ${schema}.migrations`)
    return new Set(rows.map(({ name }) => name))
  } catch (error) {
    if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return new Set()
    throw error
  }
}
