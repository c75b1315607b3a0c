/** A log and a database that do not belong together: every service refuses by name, at its start, and overwrites nothing. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import { createPool } from '@rollcall/store/pool'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { writeAccounts } from '../e2e/write-accounts.ts'
import { runRefused } from './run-refused.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

describe('a database that was folded from another log', () => {
  let directory: string
  let settings: Readonly<Record<string, string>>
  let clusterId: string
  const stops: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-foreign-'))
    const database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
    await pool.query('INSERT INTO projection_positions (topic, partition, next_offset, log_cluster_id) VALUES ($1, 0, 5, $2)', [OBSERVATIONS_TOPIC, 'the-log-it-came-from'])
    await pool.end()
    const log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
    const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
    clusterId = await log.clusterId()
    stops.push(database.drop, () => log.close(), served.close)
    settings = {
      EMBEDDED_LOG_URL: served.url,
      DATABASE_URL: database.databaseUrl,
      ROLLCALL_ACCOUNTS_FILE: (await writeAccounts(directory, [{ sid: 'acme', baseUrl: 'http://127.0.0.1:9' }])).accountsFile,
      ROLLCALL_DATA_DIR: directory,
      ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
      INGEST_PORT: '0',
      INGEST_ADMIN_PORT: '0',
      PROJECTOR_ADMIN_PORT: '0',
      RECONCILER_ADMIN_PORT: '0',
    }
  })
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
    await rm(directory, { recursive: true, force: true })
  })

  it.each(['ingest', 'projector', 'reconciler'] as const)('is refused by the %s, with both names and what to do', async (service) => {
    const { code, said } = await runRefused(service, settings)
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringMatching(
        new RegExp(`folded from the log the-log-it-came-from, but the configured log is ${clusterId}.*Nothing was changed.*rollcall rebuild --swap`, 's'),
      ),
    })
  })
})
