/** What the reconciler works between: a log, a database, the projector as its own process, and a scripted Exotel. */

import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { INDIA_UTC_OFFSET_MINUTES, type Surface } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import type { SchedulePolicy } from '@rollcall/domain/schedule/schedule-policy'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { createPool, type Pool } from '@rollcall/store/pool'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { inject } from 'vitest'
import { createHostClock } from '../host-clock.ts'
import { SPOOL_GIVEN_UP_MS } from '../look-at-spools.ts'
import type { ReconcilerDeps } from '../reconciler-deps.ts'
import { createTroubledWindows } from '../troubled-windows.ts'
import { createTurns } from '../turns.ts'
import { createVendorClock } from '../vendor-clock.ts'
import './provided-context.ts'
import { type ScriptedExotel, startScriptedExotel } from './scripted-exotel.ts'
import { type SpawnedService, spawnService, stopService } from './service-process.ts'

export const POLICY: SchedulePolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [-2 * MINUTE, MINUTE, 4 * MINUTE],
  sweepEveryMs: 5 * MINUTE,
  listLagMs: 2 * MINUTE,
  historyMs: 180 * DAY,
}

/** How long a webhook may take after its call's end. */
export const GRACE_MS = MINUTE

/** The time of everything but leases: a test sets it. */
export interface TestTime {
  now: Instant
  /** How much of `now` is no time that passed, but our clock having been set; 0 where left out. */
  setMs?: number
}

export interface Installation {
  readonly time: TestTime
  readonly exotel: ScriptedExotel
  readonly log: EventLog
  readonly pool: Pool
  /** What a service of this installation needs; the account has short times, so that windows close at once. */
  readonly env: Readonly<Record<string, string>>
  /** What reconciling an account of its own needs, with what the test changes. */
  dependencies(account: string, changes?: Partial<ReconcilerDeps>): ReconcilerDeps
  /** Appends a webhook as ingest would have, a StatusCallback unless told otherwise. Fields beside the Sid make it a subscribed one. */
  deliver(account: string, callSid: string, receivedAt: Instant, fields?: Readonly<Record<string, unknown>>, surface?: Surface): Promise<void>
  startProjector(): void
  stopProjector(): Promise<void>
  observationsOf(account: string): Promise<readonly { surface: string; call_sid: string }[]>
  windowStates(account: string): Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

export const createInstallation = async (time: TestTime): Promise<Installation> => {
  const clock = () => time.now
  const monotonic = () => time.now - (time.setMs ?? 0)
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-reconciler-'))
  const database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 6 })
  const log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  await log.ensureTopics(TOPICS)
  const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
  const exotel = await startScriptedExotel(clock)
  const env = {
    EMBEDDED_LOG_URL: served.url,
    DATABASE_URL: database.databaseUrl,
    ROLLCALL_ACCOUNTS_FILE: await writeAccounts(directory, exotel.url),
    ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
    PROJECTOR_ADMIN_PORT: '0',
    RECONCILER_ADMIN_PORT: '0',
  }
  const clients: { close(): Promise<void> }[] = []
  let projector: SpawnedService | null = null
  const stopProjector = async (): Promise<void> => {
    if (projector !== null) await stopService(projector)
    projector = null
  }
  return {
    time,
    exotel,
    log,
    pool,
    env,
    dependencies: (account, changes = {}) => {
      const budget = createRequestBudget({ ratePerMinute: 1_000_000, monotonic, sleep })
      const host = createHostClock(clock, monotonic)
      const client = createExotelClient({ account, baseUrl: exotel.url, apiKey: 'key', apiToken: 'token', budget, clock: host.now, attemptsMax: 1, limitedAttemptsMax: 1 })
      clients.push(client)
      return {
        account,
        utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
        client,
        budget,
        log,
        pool,
        policy: POLICY,
        coverage: coveragePolicyOf({ coverage: [], webhookGraceSeconds: GRACE_MS / SECOND }),
        clock: host.now,
        vendorClock: createVendorClock(host),
        troubledWindows: createTroubledWindows(),
        turns: createTurns(),
        headRecording: null,
        logger: createLogger({ service: 'reconciler', level: 'silent' }),
        software: { version: '0.1.0', commit: null },
        spoolGivenUpMs: SPOOL_GIVEN_UP_MS,
        projectionWaitMs: 20 * SECOND,
        source: '/rollcall/reconciler/test',
        ...changes,
      }
    },
    deliver: async (account, callSid, receivedAt, fields = {}, surface = 'status-callback') => {
      const payload = Buffer.from(JSON.stringify({ CallSid: callSid, ...fields }))
      const record = toLogRecord({
        id: randomUUID(),
        account,
        surface,
        callSid,
        receivedAt,
        source: '/rollcall/ingest/test/0',
        method: 'POST',
        query: null,
        contentType: 'application/json',
        scanId: null,
        leaseEpoch: null,
        payloadSha256: createHash('sha256').update(payload).digest('hex'),
        traceparent: null,
        utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
        payload,
      })
      await log.append(OBSERVATIONS_TOPIC, [record], { deadlineMs: 5 * SECOND })
    },
    startProjector: () => {
      projector = spawnService('projector', [], env)
    },
    stopProjector,
    observationsOf: async (account) =>
      (
        await pool.query<{ surface: string; call_sid: string }>('SELECT surface, call_sid FROM projection.observations WHERE account = $1 ORDER BY received_at, call_sid', [
          account,
        ])
      ).rows,
    windowStates: async (account) =>
      Object.fromEntries(
        (await pool.query<{ window_from: Date; state: string }>('SELECT window_from, state FROM rollcall.windows WHERE account = $1', [account])).rows.map((row) => [
          row.window_from.toISOString(),
          row.state,
        ]),
      ),
    close: async () => {
      await stopProjector()
      for (const client of clients) await client.close()
      await pool.end()
      await served.close()
      await log.close()
      await exotel.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Accounts of processes, which live in real time: hours become seconds. */
const PROCESS_ACCOUNTS = ['acme', 'stopped', 'killed', 'watched']

/** Writes an accounts file with fresh secrets; returns its path. */
export const writeAccounts = async (directory: string, baseUrl: string, sids: readonly string[] = PROCESS_ACCOUNTS): Promise<string> => {
  const secrets = { key: 'fake-key', token: 'fake-token', secret: 'obviously-fake-0123456789-0123456789' }
  for (const [name, text] of Object.entries(secrets)) await writeFile(join(directory, name), text, { mode: 0o400 })
  const accounts = sids.map((sid) => ({
    sid,
    baseUrl,
    apiKeyFile: 'key',
    apiTokenFile: 'token',
    webhookSecretFiles: ['secret'],
    rateLimitPerMinute: 60_000,
    rateShare: 1,
    maximumCallSeconds: 1,
    settleSeconds: 0,
    provisionalSettleSeconds: 0,
    finalScansApartSeconds: 0,
    trailingPassSeconds: [1],
    webhookGraceSeconds: 0,
  }))
  const file = join(directory, 'accounts.json')
  await writeFile(file, JSON.stringify({ accounts }))
  return file
}
