/** That a token is made or revoked stands in the audit log before it is so; where the log is away it is not. */
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC, OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { canonicalTime, DAY } from '@rollcall/domain/time'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { createPool, type Pool } from '@rollcall/store/pool'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { runCommandLine } from '../run-command-line.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
    kafkaBrokers: string
  }
}

const NOW = Date.UTC(2026, 0, 31, 4)
const NEVER = new AbortController().signal
const NOWHERE = '127.0.0.1:9'
const LOGS = inject('kafkaBrokers') === '' ? (['embedded'] as const) : (['embedded', 'kafka'] as const)

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
  await pool.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ('acme', now()), ('other', now())`)
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})
beforeEach(async () => {
  await pool.query('DELETE FROM rollcall.audit_tokens')
  await pool.query('DELETE FROM projection_positions')
})
const tokens = async () => (await pool.query('SELECT token_id, revoked_at FROM rollcall.audit_tokens')).rows

describe.each(LOGS)('by the %s log', (kind) => {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-token-'))
  let log: EventLog
  let served: Awaited<ReturnType<typeof serveEmbeddedLog>> | null = null
  let where: Readonly<Record<string, string>>
  beforeAll(async () => {
    if (kind === 'kafka') {
      log = await openEventLog({ kafkaBrokers: inject('kafkaBrokers').split(','), clientId: 'rollcall-test' })
      where = { KAFKA_BROKERS: inject('kafkaBrokers') }
    } else {
      log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
      served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
      where = { EMBEDDED_LOG_URL: served.url }
    }
    await log.ensureTopics(TOPICS)
  })
  afterAll(async () => {
    await served?.close()
    await log?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = async (args: readonly string[], env = where) => {
    const said = { out: '', err: '' }
    const say = (where: 'out' | 'err') => (text: string) => {
      said[where] += text
    }
    const context = {
      env: { ROLLCALL_DATA_DIR: directory, DATABASE_URL: database.databaseUrl, ...env },
      root: directory,
      clock: () => NOW,
      out: say('out'),
      err: say('err'),
      screen: null,
    }
    const exitCode = await runCommandLine(['token', ...args], context, () => ({ stop: NEVER, force: NEVER }))
    return { exitCode, ...said }
  }
  const end = async (): Promise<bigint> => (await log.bounds(AUDIT_TOPIC)).get(0)?.next ?? 0n
  const toldSince = async (from: bigint): Promise<readonly StoredRecord[]> =>
    (await log.read(AUDIT_TOPIC, new Map([[0, from]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).get(0) ?? []
  const create = ['create', '--for', 'Asha, internal audit', '--account', 'acme,other,acme', '--scope', 'audit:read,export', '--days', '2', '--by', 'Ravi', '--json']
  const madeToken = async () => JSON.parse((await run(create)).out) as { readonly id: string; readonly token: string }
  const away = kind === 'kafka' ? { KAFKA_BROKERS: NOWHERE } : { EMBEDDED_LOG_URL: `http://${NOWHERE}` }
  const REFUSED = { exitCode: kind === 'kafka' ? 2 : 1, out: '', err: expect.stringMatching(/did not answer.*Nothing was done: it has to be recorded in the audit log first\.\n$/) }

  it('it is told of one that is made: whose, by whom, what it allows and until when, of no account, and nothing by which it could be used', async () => {
    const from = await end()
    const { id, token } = await madeToken()
    const told = await toldSince(from)
    expect(told.map((record) => fromAuditLogRecord(record))).toMatchObject([
      {
        account: '',
        entry: {
          type: 'token-created',
          by: 'Ravi',
          at: canonicalTime(NOW),
          token: { id, subject: 'Asha, internal audit', scopes: ['audit:read', 'export'], accounts: ['acme', 'other'], expiresAt: canonicalTime(NOW + 2 * DAY) },
        },
      },
    ])
    const text = JSON.stringify(told.map(({ headers, value }) => [headers, Buffer.from(value).toString()]))
    for (const secret of [token, token.slice('rca_'.length), hash('sha256', token), hash('sha256', token, 'base64')]) expect(text).not.toContain(secret)
    expect(await tokens()).toEqual([{ token_id: id, revoked_at: null }])
  })

  it('it is told of one that reaches all accounts that it does', async () => {
    const from = await end()
    await run(['create', '--for', 'Asha', '--all-accounts', '--by', 'Ravi'])
    expect((await toldSince(from)).map((record) => fromAuditLogRecord(record).entry)).toMatchObject([{ type: 'token-created', token: { accounts: null } }])
  })

  it('it is told once of one that is revoked, and of none that is not there', async () => {
    const { id } = await madeToken()
    const from = await end()
    for (const name of [id, id, 'ffffffff']) await run(['revoke', name, '--by', 'Meera'])
    expect((await toldSince(from)).map((record) => fromAuditLogRecord(record).entry)).toMatchObject([
      { type: 'token-revoked', by: 'Meera', at: canonicalTime(NOW), token: { id, subject: 'Asha, internal audit', accounts: ['acme', 'other'] } },
    ])
    expect(await tokens()).toEqual([{ token_id: id, revoked_at: new Date(NOW) }])
  })

  it('where that is away none is made and none is revoked, and it says so', async () => {
    expect(await run(create, away)).toEqual(REFUSED)
    expect(await tokens()).toEqual([])
    const { id } = await madeToken()
    expect(await run(['revoke', id, '--by', 'Ravi'], away)).toEqual(REFUSED)
    expect(await tokens()).toEqual([{ token_id: id, revoked_at: null }])
  })

  it('where that is not the one of the database none is made, and nothing is told', async () => {
    const from = await end()
    await pool.query(`INSERT INTO projection_positions (topic, partition, next_offset, log_cluster_id) VALUES ($1, 0, 5, 'another')`, [OBSERVATIONS_TOPIC])
    expect(await run(create)).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('folded from the log another') })
    expect(await tokens()).toEqual([])
    expect(await toldSince(from)).toEqual([])
  })

  it.each([
    ['who makes it', ['create', '--for', 'Asha', '--account', 'acme'], "required option '--by <who>' not specified"],
    ['who revokes it', ['revoke', '4f2a91c0'], "required option '--by <who>' not specified"],
    ['a name that is one', ['create', '--for', 'Asha', '--account', 'acme', '--by', ' '], 'Needed is a name of at most 128 characters.'],
  ])('it is refused without %s', async (_, args, said) => expect(await run(args)).toMatchObject({ exitCode: 2, err: expect.stringContaining(said) }))
})
