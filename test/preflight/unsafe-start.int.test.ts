/** What is unsafe, refused by the services themselves on a real server: the exit code, the setting and its value. The whole list: unsafe-settings.test.ts. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { writeAccounts } from '../e2e/write-accounts.ts'
import { runRefused } from '../failover/run-refused.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string
    databaseUrl: string
    superuserUrl: string
  }
}

const PORTS = { INGEST_PORT: '0', INGEST_ADMIN_PORT: '0', PROJECTOR_ADMIN_PORT: '0', RECONCILER_ADMIN_PORT: '0', AUDIT_PORT: '0', AUDIT_ADMIN_PORT: '0' }
let directory: string
let accountsFile: string
const stops: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-unsafe-'))
  await chmod(directory, 0o755)
  accountsFile = (await writeAccounts(directory, [{ sid: 'acme', baseUrl: 'http://127.0.0.1:9' }])).accountsFile
})
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
  await rm(directory, { recursive: true, force: true })
})

const settings = (more: Readonly<Record<string, string>>) => ({ ...PORTS, ROLLCALL_ACCOUNTS_FILE: accountsFile, ROLLCALL_DATA_DIR: directory, ...more })
const asSuperuser = async <Row extends pg.QueryResultRow>(url: string, ...statements: readonly string[]): Promise<readonly Row[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  let rows: Row[] = []
  try {
    for (const statement of statements) rows = (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
  return rows
}

describe('a superuser in DATABASE_URL', () => {
  let database: URL
  let logUrl: string
  beforeAll(async () => {
    const log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
    const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
    logUrl = served.url
    database = new URL(inject('superuserUrl'))
    database.pathname = '/rollcall_unsafe_start'
    await asSuperuser(inject('superuserUrl'), 'DROP DATABASE IF EXISTS rollcall_unsafe_start WITH (FORCE)', 'CREATE DATABASE rollcall_unsafe_start')
    stops.push(
      () => log.close(),
      served.close,
      () => asSuperuser(inject('superuserUrl'), 'DROP DATABASE rollcall_unsafe_start WITH (FORCE)'),
    )
  })

  it.each(['ingest', 'projector', 'reconciler', 'audit'] as const)(
    'is refused by the %s, which has made nothing there, also where unsafe settings are allowed',
    async (service) => {
      const { code, said } = await runRefused(service, settings({ DATABASE_URL: database.href, EMBEDDED_LOG_URL: logUrl, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true' }))
      expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/the role \w+ in DATABASE_URL is a superuser; needed is one that only owns its database/) })
      expect(await asSuperuser(database.href, `SELECT 1 FROM pg_namespace WHERE nspname IN ('rollcall', 'projection', 'audit')`)).toEqual([])
    },
  )
})

describe('a server whose pages a power cut may tear', () => {
  it('is refused by the projector and the reconciler, and taken once it is put right', async () => {
    const server = await startPostgres({ directory: join(directory, 'postgres'), onLine: () => {} })
    stops.push(server.stop)
    const set = async (value: 'on' | 'off') => {
      await asSuperuser(server.superuserUrl, `ALTER SYSTEM SET full_page_writes = ${value}`, 'SELECT pg_reload_conf()')
      await expect.poll(() => asSuperuser(server.superuserUrl, 'SHOW full_page_writes')).toEqual([{ full_page_writes: value }])
    }
    const start = (service: 'projector' | 'reconciler') => runRefused(service, settings({ DATABASE_URL: server.databaseUrl, EMBEDDED_LOG_URL: 'http://127.0.0.1:9' }))
    const told = 'full_page_writes is off on the server in DATABASE_URL; needed is on. As superuser: ALTER SYSTEM SET full_page_writes = on'
    await set('off')
    for (const service of ['projector', 'reconciler'] as const) expect(await start(service)).toEqual({ code: 2, said: expect.stringContaining(told) })
    await set('on')
    // It goes on to the log, which is not there.
    expect((await start('projector')).said).not.toContain('is off on the server')
  })
})

describe.skipIf(!process.env.CI && inject('kafkaBrokers') === '')('a log of one copy that acknowledges with one', () => {
  it.each(['ingest', 'projector', 'reconciler'] as const)('is refused by the %s, with each setting, its value and how to run on it all the same', async (service) => {
    const database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    stops.push(database.drop)
    const { code, said } = await runRefused(service, settings({ DATABASE_URL: database.databaseUrl, KAFKA_BROKERS: inject('kafkaBrokers') }))
    expect(code).toBe(2)
    for (const told of ['replication.factor is 1; needed is 3.', 'min.insync.replicas is 1; needed is 2.', 'ROLLCALL_ALLOW_UNSAFE_TOPICS=true']) expect(said).toContain(told)
  })
})
