/**
 * Some hundred calls of two accounts on two days of IST each, as an installation has them: observations in a log, projected, reconciled with a list, certified, checked and
 * signed for by the product's own parts. Some webhooks never came, some are forged, one cannot be read; one window was amended, people acted on exceptions.
 */
import { createHash, randomUUID } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditFolder } from '@rollcall/audit/keep/audit-folder'
import { createDayMeasurer } from '@rollcall/audit/keep/measure-days'
import { createRecorder } from '@rollcall/audit/keep/record-action'
import { eraseAndNote } from '@rollcall/cli/erase/erase-and-note'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { istDayOf } from '@rollcall/domain/ist-day'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { canonicalTime, DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { openTreeKeeper } from '@rollcall/keeper/keep-tree'
import { checkDays } from '@rollcall/projector/check/check-days'
import { openCheckPool } from '@rollcall/projector/check/open-check-pool'
import { createHostClock } from '@rollcall/reconciler/host-clock'
import { SPOOL_GIVEN_UP_MS } from '@rollcall/reconciler/look-at-spools'
import { reconcileAccount } from '@rollcall/reconciler/reconcile-account'
import type { ReconcilerDeps } from '@rollcall/reconciler/reconciler-deps'
import { type ScriptedCall, startScriptedExotel } from '@rollcall/reconciler/testing/scripted-exotel'
import { createTroubledWindows } from '@rollcall/reconciler/troubled-windows'
import { createTurns } from '@rollcall/reconciler/turns'
import { createVendorClock } from '@rollcall/reconciler/vendor-clock'
import { AUDIT_WRITER_ROLE } from '@rollcall/store/audit/fold-audit'
import type { AccountDay } from '@rollcall/store/check/read-closed-days'
import { createPool, type Pool } from '@rollcall/store/pool'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { openCheckpointSigner } from '@rollcall/transparency-log/kept/checkpoint-signer'
import type { SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import { createSigner, generateKey } from '@rollcall/transparency-log/note/key'
import { createLogProjector } from '../../simulation/reconcile/log-projector.ts'

export interface TamperWorld {
  readonly log: EventLog
  /** Of a superuser, whom nothing in Postgres stops: each of a copy of the database, byte for byte the same. */
  readonly superusers: readonly Pool[]
  readonly days: readonly AccountDay[]
  /** Certified windows, half-open. */
  readonly range: { readonly from: Instant; readonly to: Instant }
  readonly accounts: readonly string[]
  readonly verifierKey: string
  /** Where the keeper is, and copies of where it was before, oldest first. */
  readonly keeperDirectory: string
  readonly earlierDirectories: readonly string[]
  /** What an auditor kept. */
  readonly saved: SignedCheckpoint
  readonly latest: SignedCheckpoint
  close(): Promise<void>
}

const ACCOUNTS = ['tampered-1', 'tampered-2'] as const
/** Midnight in India is between the fourth window and the fifth. */
const FROM = Date.UTC(2026, 0, 14, 18, 10)
const RANGE = { from: FROM, to: FROM + 8 * WINDOW_MS }
const CALLS_PER_WINDOW = 8
const ORIGIN = 'rollcall.test/audit'
const POLICY: ReconcilerDeps['policy'] = {
  // Short, for all windows until now are made.
  maximumCallMs: 20 * MINUTE,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [-2 * MINUTE, MINUTE, 4 * MINUTE],
  sweepEveryMs: 5 * MINUTE,
  listLagMs: 2 * MINUTE,
  historyMs: 180 * DAY,
}
const LONGEST = POLICY.maximumCallMs + POLICY.settleMs
const APPEND_MS_MAX = 10_000
const FOLD_EVERY_MS = 20
const never = new AbortController().signal

/** @param copies so many databases are made of it */
export const createTamperWorld = async (superuserUrl: string, databaseUrl: string, copies: number): Promise<TamperWorld> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-tamper-'))
  const keeperDirectory = join(directory, 'keeper')
  await mkdir(keeperDirectory)
  const database = await createTestDatabase(superuserUrl, databaseUrl)
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-tampered', max: 6 })
  const writers = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-tampered', role: AUDIT_WRITER_ROLE, max: 2 })
  const log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  await log.ensureTopics(TOPICS.map((topic) => ({ ...topic, partitions: Math.min(topic.partitions, 2) })))
  const time = { now: RANGE.to + MINUTE }
  const clock = () => time.now
  const exotel = await startScriptedExotel(clock)
  const clients: { close(): Promise<void> }[] = []
  const projector = await createLogProjector(log, pool)
  const logger = createLogger({ service: 'tamper', level: 'silent' })

  const dependencies = (account: string): ReconcilerDeps => {
    const budget = createRequestBudget({ ratePerMinute: 1_000_000, monotonic: clock, sleep })
    const host = createHostClock(clock, clock)
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
      coverage: coveragePolicyOf({ coverage: [], webhookGraceSeconds: MINUTE / SECOND }),
      clock: host.now,
      vendorClock: createVendorClock(host),
      troubledWindows: createTroubledWindows(),
      turns: createTurns(),
      headRecording: null,
      logger,
      software: { version: '0.1.0', commit: null },
      spoolGivenUpMs: SPOOL_GIVEN_UP_MS,
      projectionWaitMs: 20 * SECOND,
      source: '/rollcall/reconciler/tampered',
    }
  }
  const deliver = async (account: string, callSid: string, receivedAt: Instant, body: string): Promise<string> => {
    const payload = Buffer.from(body)
    const id = randomUUID()
    const record = toLogRecord({
      id,
      account,
      surface: 'status-callback',
      callSid,
      receivedAt,
      source: '/rollcall/ingest/tampered/0',
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
    await log.append(OBSERVATIONS_TOPIC, [record], { deadlineMs: APPEND_MS_MAX })
    return id
  }
  const tellOfEnd = (call: ScriptedCall): Promise<string> =>
    deliver(
      call.account,
      call.callSid,
      call.endedAt + 2 * SECOND,
      JSON.stringify({ CallSid: call.callSid, EventType: 'terminal', Status: 'completed', From: '09000000001', Direction: 'outbound-api' }),
    )

  for (const account of ACCOUNTS) {
    for (let nth = 0; nth < 8 * CALLS_PER_WINDOW; nth += 1) {
      const createdAt = FROM + Math.floor((nth * WINDOW_MS) / CALLS_PER_WINDOW) + SECOND
      const call = { account, callSid: `${account}-call-${nth}`, createdAt, endedAt: createdAt + (20 + nth) * SECOND, price: `0.${10 + nth}`, recordedFrom: createdAt + MINUTE }
      exotel.calls.push(call)
      // Every ninth webhook never comes.
      if (nth % 9 !== 8) await tellOfEnd(call)
    }
    await deliver(account, `${account}-forged`, FROM + MINUTE, JSON.stringify({ CallSid: `${account}-forged`, EventType: 'terminal', Status: 'completed' }))
    projector.letters.set(await deliver(account, `${account}-cut-off`, FROM + 2 * MINUTE, `{"CallSid":"${account}-cut-off","Status":"comp`), 'broken')
  }

  let stopped = false
  const folding = (async () => {
    while (!stopped) {
      await projector.fold()
      await sleep(FOLD_EVERY_MS)
    }
  })()
  const folder = createAuditFolder({ log, pool: writers, logger, monotonic: () => performance.now() })
  const foldAudit = (): Promise<boolean> => folder.catchUp(Number.POSITIVE_INFINITY)
  const deps = new Map(ACCOUNTS.map((account) => [account, dependencies(account)]))
  const reconcile = async (after: number): Promise<void> => {
    time.now = RANGE.to + after
    for (const [account, its] of deps) {
      const { outcome } = await reconcileAccount(its, { kind: 'one-shot', plannedAt: time.now, range: RANGE, lanes: ALL_LANES }, 'tampered', never)
      if (outcome !== 'complete' && outcome !== 'gaps-remain') throw new Error(`the reconciler of ${account}: ${outcome}`)
    }
  }
  const key = generateKey(ORIGIN)
  const sign = async (): Promise<SignedCheckpoint> => {
    const signer = await openCheckpointSigner({ directory: keeperDirectory, origin: ORIGIN, signers: [createSigner(key.signerKey)] })
    const keeper = await openTreeKeeper({ directory: keeperDirectory, log, db: pool, signer })
    while ((await keeper.takeMore(0, never)).taken > 0);
    const signed = await keeper.sign()
    keeper.close()
    if (signed === null) throw new Error('there was nothing to sign')
    return signed
  }
  const earlierDirectories: string[] = []
  const keepCopy = async (): Promise<void> => {
    const copy = join(directory, `keeper-before-${earlierDirectories.length}`)
    await cp(keeperDirectory, copy, { recursive: true })
    earlierDirectories.push(copy)
  }

  await reconcile(MINUTE)
  await sign()
  await keepCopy()
  await reconcile(LONGEST)
  await reconcile(LONGEST + POLICY.finalScansApartMs)
  const saved = await sign()
  await keepCopy()
  // A call that Exotel lists only after its window was final.
  for (const account of ACCOUNTS) exotel.calls.push({ account, callSid: `${account}-late`, createdAt: FROM + 11 * MINUTE, endedAt: FROM + 12 * MINUTE })
  await reconcile(LONGEST + 2 * POLICY.finalScansApartMs)
  await reconcile(LONGEST + 3 * POLICY.finalScansApartMs)
  await foldAudit()

  const record = createRecorder({ log, folder, clock })
  const at = canonicalTime(time.now)
  for (const account of ACCOUNTS) {
    await eraseAndNote(pool, account, { callSid: `${account}-call-3` }, { by: 'Asha', now: time.now })
    await record(account, {
      type: 'exception-action',
      exception: { kind: 'missing-webhook', subject: [`${account}-call-8`, 'terminal'] },
      at,
      by: 'asha',
      did: { action: 'assign', assignee: 'ravi', note: 'look at the firewall' },
    })
    await record(account, {
      type: 'exception-action',
      exception: { kind: 'claim', subject: [`${account}-forged`] },
      at,
      by: 'ravi',
      did: { action: 'close', resolution: 'explained', note: 'forged' },
    })
    for (const nth of [1, 2]) {
      await record(account, {
        type: 'reveal',
        at,
        by: 'asha',
        callSid: `${account}-call-${nth}`,
        observation: nth === 1 ? null : { partition: 0, offset: '1' },
        reason: `complaint ${nth}`,
      })
      const range = { from: canonicalTime(RANGE.from), to: canonicalTime(RANGE.to) }
      await record(account, { type: 'export', export: randomUUID(), at, by: 'asha', range, format: nth === 1 ? 'csv' : 'pack', windows: 8, calls: 60 + nth })
      const signed = { final: 287, amended: 1, listed: 60, exact: 60 - nth, unlisted: nth, claims: 1, digest: String(nth).repeat(64) }
      await record(account, { type: 'day-signed', day: istDayOf(RANGE.from), signed, note: nth === 1 ? null : 'looked at again', at, by: 'ravi' })
    }
    const token = { id: account === ACCOUNTS[0] ? '4f2a91c0' : '4f2a91c1', subject: 'asha', scopes: ['audit:read' as const], expiresAt: canonicalTime(time.now + DAY) }
    await record('', { type: 'token-created', token: { ...token, accounts: [...ACCOUNTS] }, at, by: 'ravi' })
    await record('', { type: 'token-revoked', token: { ...token, accounts: null }, at, by: 'ravi' })
  }
  await createDayMeasurer(pool, clock).measureOnce(never)
  const days = ACCOUNTS.flatMap((account) => [istDayOf(RANGE.from), istDayOf(RANGE.to - 1)].map((day) => ({ account, day })))
  const checking = openCheckPool(database.databaseUrl, 'rollcall-tampered')
  for (const { account, day } of days) {
    const checked = await checkDays({ log, pool: checking, clock, sleep, signal: never, onProgress: () => {} }, { day, account, seed: null, json: false })
    if (typeof checked === 'string' || checked.checks.some(({ equal }) => !equal)) throw new Error(`${day} of ${account}: ${JSON.stringify(checked)}`)
  }
  await checking.end()
  // Publishes what was noted since.
  await reconcile(LONGEST + 4 * POLICY.finalScansApartMs)
  await foldAudit()
  const latest = await sign()
  stopped = true
  await folding
  await exotel.close()
  for (const client of clients) await client.close()
  await writers.end()

  await pool.query('VACUUM ANALYZE')
  await pool.end()
  const made = await copyDatabase(superuserUrl, new URL(database.databaseUrl).pathname.slice(1), copies)
  return {
    log,
    superusers: made.pools,
    days,
    range: RANGE,
    accounts: ACCOUNTS,
    verifierKey: key.verifierKey,
    keeperDirectory,
    earlierDirectories,
    saved,
    latest,
    close: async () => {
      await made.drop()
      await log.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const copyDatabase = async (superuserUrl: string, name: string, copies: number) => {
  const server = createPool({ databaseUrl: superuserUrl, applicationName: 'rollcall-tamperer', max: 1 })
  const names = Array.from({ length: copies }, (_, nth) => `${name}_${nth}`)
  const pools: Pool[] = []
  for (const copy of names) {
    await server.query(`CREATE DATABASE ${copy} TEMPLATE ${name}`)
    const url = new URL(superuserUrl)
    url.pathname = `/${copy}`
    pools.push(createPool({ databaseUrl: url.href, applicationName: 'rollcall-tamperer', max: 1, idleInTransactionMsMax: HOUR }))
  }
  return {
    pools,
    drop: async () => {
      for (const pool of pools) await pool.end()
      for (const copy of names) await server.query(`DROP DATABASE ${copy} WITH (FORCE)`)
      await server.end()
    },
  }
}
