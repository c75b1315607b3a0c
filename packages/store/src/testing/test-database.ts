import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { migrate } from '../migrate.ts'

export interface TestDatabase {
  readonly databaseUrl: string
  drop(): Promise<void>
}

/** A migrated database of its own, owned by the role of `databaseUrl`; `superuserUrl` makes and drops it. */
export const createTestDatabase = async (superuserUrl: string, databaseUrl: string): Promise<TestDatabase> => {
  const name = `test_${randomBytes(8).toString('hex')}`
  const owner = decodeURIComponent(new URL(databaseUrl).username)
  await onServer(superuserUrl, `CREATE DATABASE ${name} OWNER "${owner}"`)
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  await migrate(url.href)
  return { databaseUrl: url.href, drop: () => onServer(superuserUrl, `DROP DATABASE ${name} WITH (FORCE)`) }
}

const onServer = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
