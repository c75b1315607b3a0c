/** A Postgres whose commits may be lost is refused by every service that keeps something there, at its start. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { writeAccounts } from '../e2e/write-accounts.ts'
import { runRefused } from '../failover/run-refused.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

describe('a database that acknowledges before it has written', () => {
  let directory: string
  let database: TestDatabase
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-preflight-'))
    database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    const client = new pg.Client({ connectionString: database.databaseUrl })
    await client.connect()
    await client.query(`ALTER DATABASE ${new URL(database.databaseUrl).pathname.slice(1)} SET synchronous_commit = off`)
    await client.end()
  })
  afterAll(async () => {
    await database?.drop()
    await rm(directory, { recursive: true, force: true })
  })

  it.each(['projector', 'reconciler'] as const)('is refused by the %s', async (service) => {
    const { code, said } = await runRefused(service, {
      DATABASE_URL: database.databaseUrl,
      EMBEDDED_LOG_URL: 'http://127.0.0.1:9',
      ROLLCALL_ACCOUNTS_FILE: (await writeAccounts(join(directory, service), [{ sid: 'acme', baseUrl: 'http://127.0.0.1:9' }])).accountsFile,
      PROJECTOR_ADMIN_PORT: '0',
      RECONCILER_ADMIN_PORT: '0',
    })
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/synchronous_commit is off on the server in DATABASE_URL; needed is on\./) })
  })
})
