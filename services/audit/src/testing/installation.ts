/** An audit service in this process, between a database of the test's own and an embedded log; asked without a network. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SCOPES, type Scope } from '@rollcall/contracts/audit-api/session'
import { TOPICS } from '@rollcall/contracts/topics'
import type { Instant } from '@rollcall/domain/time'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { AUDIT_WRITER_ROLE } from '@rollcall/store/audit/fold-audit'
import { issueToken } from '@rollcall/store/audit/issue-token'
import { listAuditedAccounts } from '@rollcall/store/audit/list-audited-accounts'
import { AUDIT_API_ROLE } from '@rollcall/store/audit/read-as'
import { findToken } from '@rollcall/store/audit/tokens'
import { createPool, type Pool } from '@rollcall/store/pool'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { inject } from 'vitest'
import { EXPORTS_AT_ONCE } from '../answers/exports.ts'
import { createHandlers } from '../answers/handlers.ts'
import { createAuthenticate } from '../auth/authenticate.ts'
import { checkStaticToken } from '../auth/check-static-token.ts'
import { createFailureLimit } from '../auth/failure-limit.ts'
import { createCursors } from '../cursor.ts'
import { readAssets } from '../http/assets.ts'
import { createAuditServer } from '../http/audit-server.ts'
import { documents } from '../http/documents.ts'
import { type AuditFolder, createAuditFolder } from '../keep/audit-folder.ts'
import { createRecorder } from '../keep/record-action.ts'
import './provided-context.ts'

export interface Installation {
  readonly databaseUrl: string
  readonly pool: Pool
  readonly readers: Pool
  readonly log: EventLog
  readonly folder: AuditFolder
  /** Where the keeper would leave its checkpoints. */
  readonly keeperDirectory: string
  readonly server: FastifyInstance
  /** By which the service goes; a test moves it. */
  readonly clock: { now: Instant }
  /** @param accounts null: all */
  token(scopes?: readonly Scope[], accounts?: readonly string[] | null, days?: number): Promise<{ readonly id: string; readonly token: string }>
  ask(token: string | null, method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>
  /** What a GET with a token of all scopes gives. */
  read<T>(url: string): Promise<T>
  close(): Promise<void>
}

/** Tests share a machine, and none is about who waits for a connection. */
const CONNECT_MS_MAX = 60_000
const STATEMENT_MS_MAX = 10_000

export const createInstallation = async (now: Instant, { statementMsMax = STATEMENT_MS_MAX }: { readonly statementMsMax?: number } = {}): Promise<Installation> => {
  const database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-audit-'))
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 3, connectMsMax: CONNECT_MS_MAX })
  const readers = createPool({
    databaseUrl: database.databaseUrl,
    applicationName: 'rollcall-test-readers',
    role: AUDIT_API_ROLE,
    max: 3,
    statementMsMax,
    connectMsMax: CONNECT_MS_MAX,
  })
  const exporters = createPool({
    databaseUrl: database.databaseUrl,
    applicationName: 'rollcall-test-exporters',
    role: AUDIT_API_ROLE,
    max: EXPORTS_AT_ONCE,
    connectMsMax: CONNECT_MS_MAX,
  })
  const writers = createPool({
    databaseUrl: database.databaseUrl,
    applicationName: 'rollcall-test-writers',
    role: AUDIT_WRITER_ROLE,
    max: 2,
    connectMsMax: CONNECT_MS_MAX,
  })
  const log = await openEmbeddedEventLog({ directory })
  await log.ensureTopics(TOPICS)
  const logger = createLogger({ service: 'test', level: 'error' })
  const clock = { now }
  const read = () => clock.now
  const folder = createAuditFolder({ log, pool: writers, logger, monotonic: () => performance.now() })
  const accounts = () => listAuditedAccounts(pool)
  const server = createAuditServer({
    handlers: createHandlers({
      pool: readers,
      exporters,
      log,
      kept: openKeptLog(join(directory, 'keeper')),
      software: { version: '0.1.0', commit: null },
      clock: read,
      cursors: createCursors(Buffer.alloc(32, 7)),
      accounts,
      record: createRecorder({ log, folder, clock: read }),
    }),
    authenticate: createAuthenticate({ staticToken: checkStaticToken((sha256) => findToken(readers, sha256), read), jwt: null, failures: createFailureLimit(read) }),
    isAccount: async (account) => (await accounts()).includes(account),
    assets: await readAssets(join(directory, 'no-page'), documents()),
    secureCookies: false,
    clock: read,
    logger,
  })
  await server.ready()
  const token: Installation['token'] = (scopes = SCOPES, seen = null, days = 30) =>
    issueToken(pool, { subject: `somebody ${randomUUID().slice(0, 4)}`, scopes, accounts: seen, days, now: clock.now }, async () => {})
  const ask: Installation['ask'] = (bearer, method, url, body, headers = {}) =>
    server.inject({
      method,
      url,
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
    })
  const all = await token()
  return {
    databaseUrl: database.databaseUrl,
    pool,
    readers,
    log,
    folder,
    keeperDirectory: join(directory, 'keeper'),
    server,
    clock,
    token,
    ask,
    read: async <T>(url: string) => {
      const answer = await ask(all.token, 'GET', url)
      if (answer.statusCode !== 200) throw new Error(`GET ${url}: ${answer.statusCode} ${answer.body}`)
      return answer.json<T>()
    },
    close: async () => {
      await server.close()
      await log.close()
      await exporters.end()
      await writers.end()
      await readers.end()
      await pool.end()
      await rm(directory, { recursive: true, force: true })
      await database.drop()
    },
  }
}
