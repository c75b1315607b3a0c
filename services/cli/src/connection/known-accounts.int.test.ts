/** An account that nobody knows is refused before anything is done for it: an export of it would be a file about nothing, a token of it a door to nothing. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createPool, type Pool } from '@rollcall/store/pool'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { runCommandLine } from '../run-command-line.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

const NEVER = new AbortController().signal
const directory = mkdtempSync(join(tmpdir(), 'rollcall-known-'))
const accountsFile = join(directory, 'accounts.json')
const out = join(directory, 'out')
let database: TestDatabase
let pool: Pool
let log: EventLog
let served: Awaited<ReturnType<typeof serveEmbeddedLog>>

beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
  log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  await log.ensureTopics(TOPICS)
  served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
  for (const [name, text] of Object.entries({ key: 'k', token: 't', webhook: 'w'.repeat(43) })) writeFileSync(join(directory, name), text, { mode: 0o400 })
  const files = { apiKeyFile: 'key', apiTokenFile: 'token', webhookSecretFiles: ['webhook'] }
  writeFileSync(accountsFile, JSON.stringify({ accounts: [{ sid: 'new', baseUrl: 'http://127.0.0.1:9', ...files }] }))
})
afterAll(async () => {
  await served?.close()
  await log?.close()
  await pool?.end()
  await database?.drop()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(async () => {
  for (const table of ['accounts', 'ingest_accounts', 'audit_tokens']) await pool.query(`DELETE FROM rollcall.${table}`)
})

const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const said = { out: '', err: '' }
  const exitCode = await runCommandLine(
    args,
    {
      env: { ROLLCALL_DATA_DIR: directory, DATABASE_URL: database.databaseUrl, EMBEDDED_LOG_URL: served.url, ...env },
      root: directory,
      clock: Date.now,
      out: (text) => {
        said.out += text
      },
      err: (text) => {
        said.err += text
      },
      screen: null,
    },
    () => ({ stop: NEVER, force: NEVER }),
  )
  return { exitCode, ...said }
}
const exportOf = (account: string, format: string) => ['export', '--account', account, '--from', '2026-01-31', '--out', out, '--format', format, '--by', 'Asha']
const tokenFor = (...accounts: readonly string[]) => ['token', 'create', '--for', 'Asha', '--account', accounts.join(','), '--by', 'Ravi']
const isTakenOn = () => pool.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ('acme', now())`)
const written = () => readdirSync(directory).filter((name) => name.startsWith('out'))
const tokens = async () => (await pool.query('SELECT FROM rollcall.audit_tokens')).rowCount

describe('an account that nobody knows', () => {
  it.each([
    ['an export as a pack', exportOf('acne', 'pack')],
    ['an export as a table', exportOf('acne', 'csv')],
    ['a token', tokenFor('acme', 'acne')],
  ])('is refused to %s with the accounts that there are, and nothing is made', async (_, args) => {
    await isTakenOn()
    expect(await run(args)).toEqual({
      exitCode: 2,
      out: '',
      err: '--account is "acne"; needed is one of acme. Correct it, or add the account to the accounts file and set ROLLCALL_ACCOUNTS_FILE.\n',
    })
    expect(written()).toEqual([])
    expect(await tokens()).toBe(0)
  })

  it('is named with those of the accounts file where there is one', async () => {
    await isTakenOn()
    expect((await run(tokenFor('acne'), { ROLLCALL_ACCOUNTS_FILE: accountsFile })).err).toBe(
      '--account is "acne"; needed is one of acme, new. Correct it, or add the account to the accounts file.\n',
    )
  })

  it('is every account before there is one, and it is said how there is', async () => {
    expect(await run(tokenFor('acme'))).toMatchObject({ exitCode: 2, err: expect.stringContaining('no account is known yet. Set ROLLCALL_ACCOUNTS_FILE') })
  })
})

describe('an account is known', () => {
  it('when reconciliation has taken it on, whatever the accounts file says', async () => {
    await isTakenOn()
    expect(await run(tokenFor('acme'), { ROLLCALL_ACCOUNTS_FILE: '/no/such/file' })).toMatchObject({ exitCode: 0, err: '' })
  })

  it('when a webhook came for it', async () => {
    await pool.query(`INSERT INTO rollcall.ingest_accounts (account, received_at) VALUES ('acme', now())`)
    expect(await run(tokenFor('acme'))).toMatchObject({ exitCode: 0, err: '' })
  })

  it('when it stands in the accounts file: a token may be made before its first call', async () => {
    expect(await run(tokenFor('new'), { ROLLCALL_ACCOUNTS_FILE: accountsFile })).toMatchObject({ exitCode: 0, err: '' })
  })

  it('to an export, which then says what else is missing, and leaves nothing', async () => {
    await isTakenOn()
    expect(await run(exportOf('acme', 'pack'))).toEqual({ exitCode: 1, out: '', err: 'No checkpoint has been signed yet; is the keeper running?\n' })
    expect(written()).toEqual([])
  })
})
