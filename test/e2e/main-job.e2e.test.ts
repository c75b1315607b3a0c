/**
 * The main job: webhooks are lost on purpose, duplicated and reordered, ingest and the projector are killed under load,
 * and after reconciliation the books balance: set and field equality with the simulator's ledger.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SECOND } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import { createAcceleratedClock } from '@rollcall/exotel-simulator/clock/accelerated-clock'
import type { SimulatorClock } from '@rollcall/exotel-simulator/clock/simulator-clock'
import { type Simulator, startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { findJava } from '@rollcall/local/kafka/find-java'
import { type LocalStack, startLocalStack } from '@rollcall/local/start-local-stack'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { arrived, balance } from './balance.ts'
import { freePorts } from './free-ports.ts'
import { runServiceCommand, type ServiceProcess, serviceProcess } from './service-process.ts'
import { untilProjected } from './until-projected.ts'
import { type TestAccount, writeAccount } from './write-account.ts'

const CALLS = 10_000
const SEED = 20_260_101
/** An hour of calls in half a minute of real time; calls begin in its first 50 minutes, so that all have ended when the hour has. */
const SPAN_MS = 3_600 * SECOND
const SPEED = 120
const CALLS_PER_SECOND = CALLS / 3_000
const LONGEST_CALL_SECONDS = 120
const SETTLE_SECONDS = 60
/** When, in seconds of real time, which process is killed. */
const KILLS = [
  { after: 5, victim: 'ingest' },
  { after: 9, victim: 'projector' },
  { after: 14, victim: 'ingest' },
  { after: 18, victim: 'projector' },
] as const

const kafkaIsPossible = process.env.CI !== undefined || (await findJava()).usable

describe.each(kafkaIsPossible ? (['kafka', 'embedded'] as const) : (['embedded'] as const))('on the %s event log, 10,000 calls with 5 % of webhooks dropped', (eventLog) => {
  const stopping = new AbortController()
  let directory: string
  let stack: LocalStack
  let simulator: Simulator
  let clock: SimulatorClock
  let account: TestAccount
  let pool: pg.Pool
  let env: Record<string, string>
  let services: { ingest: ServiceProcess; projector: ServiceProcess }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'))
    stack = await startLocalStack({ directory: join(directory, 'stack'), env: {}, eventLog, onLine: () => {}, signal: stopping.signal })
    const [ingestPort = 0, ingestAdmin = 0, projectorAdmin = 0, simulatorPort = 0] = await freePorts(4)
    account = await writeAccount(join(directory, 'accounts'), 'acme', `http://127.0.0.1:${simulatorPort}`, {
      rateLimitPerMinute: 100_000,
      rateShare: 1,
      maximumCallSeconds: LONGEST_CALL_SECONDS,
      settleSeconds: SETTLE_SECONDS,
      provisionalSettleSeconds: 5,
      finalScansApartSeconds: 0,
    })
    env = {
      ...(stack.kafkaBrokers === undefined ? {} : { KAFKA_BROKERS: stack.kafkaBrokers.join(',') }),
      ...(stack.embeddedLogUrl === undefined ? {} : { EMBEDDED_LOG_URL: stack.embeddedLogUrl }),
      DATABASE_URL: stack.databaseUrl,
      ROLLCALL_ACCOUNTS_FILE: account.accountsFile,
      ROLLCALL_DATA_DIR: join(directory, 'data'),
      ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
      INGEST_PORT: String(ingestPort),
      INGEST_ADMIN_PORT: String(ingestAdmin),
      PROJECTOR_ADMIN_PORT: String(projectorAdmin),
    }
    services = {
      ingest: serviceProcess('ingest', { env, adminPort: ingestAdmin, logFile: join(directory, 'ingest.log') }),
      projector: serviceProcess('projector', { env, adminPort: projectorAdmin, logFile: join(directory, 'projector.log') }),
    }
    await services.projector.start()
    await services.ingest.start()
    pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 2 })
    pool.on('error', () => {})
    // Last, for its clock runs from here on.
    clock = createAcceleratedClock({ spanMs: SPAN_MS, factor: SPEED })
    simulator = await startSimulator({
      port: simulatorPort,
      account: { sid: account.sid, apiKey: account.apiKey, apiToken: account.apiToken },
      webhookUrl: `http://127.0.0.1:${ingestPort}/hooks/${account.sid}/${account.webhookSecret}`,
      seed: SEED,
      clock,
      rateLimitPerMinute: 0,
      traffic: {
        callsPerSecond: CALLS_PER_SECOND,
        calls: CALLS,
        callSeconds: { mean: 40, max: LONGEST_CALL_SECONDS },
        kinds: { 'outbound-extended': 45, 'outbound-flow': 15, 'inbound-passthru': 25, 'inbound-abandoned': 5, 'inbound-silent': 5, dashboard: 5 },
      },
      faults: { dropRate: 0.05, duplicateRate: 0.02, reorderRate: 0.05 },
    })
  })

  afterAll(async () => {
    await services?.ingest.stop()
    await services?.projector.stop()
    await pool?.end()
    await simulator?.stop()
    stopping.abort()
    await stack?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  it('loses nothing it acknowledged while ingest and the projector are killed under load', async () => {
    const playing = simulator.play()
    const began = performance.now()
    for (const { after, victim } of KILLS) {
      await sleep(Math.max(0, after * SECOND - (performance.now() - began)))
      await services[victim].kill()
      await services[victim].start()
    }
    await playing
    // Rows still change for a while after hang-up; the books are compared when nothing of the hour changes any more, and its windows may be final.
    await clock.sleepUntil(hour().to + (LONGEST_CALL_SECONDS + SETTLE_SECONDS) * SECOND, stopping.signal)
    await untilProjected(stack, pool)

    const acknowledged = simulator.ledger.calls().flatMap((call) => call.webhooks.filter(arrived).map((webhook) => `${call.callSid} ${webhook.event}`))
    const { rows } = await pool.query<{ claim: string }>(
      `SELECT DISTINCT call_sid || ' ' || event AS claim FROM projection.observations WHERE account = $1 AND event IS NOT NULL`,
      [account.sid],
    )
    const logged = new Set(rows.map((row) => row.claim))
    expect(acknowledged.length).toBeGreaterThan(CALLS * 0.7)
    expect(acknowledged.filter((claim) => !logged.has(claim))).toEqual([])
  })

  it('finds every lost call, and the books balance', async () => {
    const summary = await reconcile()
    expect(summary).toMatchObject({ reason: null, exitCode: 0, outcome: 'complete' })
    expect(summary.callsFound).toBeGreaterThan(CALLS * 0.05)
    expect(await balance(pool, account.sid, simulator.ledger.calls())).toEqual({ calls: CALLS, missing: [], extra: [], differing: [] })
  })

  it('says which expected webhooks never came: those that were lost, and no other', async () => {
    const { rows } = await pool.query<{ call_sid: string }>(`SELECT call_sid FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing'`, [account.sid])
    const judgedMissing = new Set(rows.map((row) => row.call_sid))
    const expecting = simulator.ledger
      .calls()
      .flatMap((call) =>
        call.webhooks.filter((webhook) => webhook.event === 'status-callback/terminal' || webhook.event === 'status-callback/default').map((webhook) => ({ call, webhook })),
      )
    const lost = expecting.filter(({ webhook }) => webhook.outcome === 'dropped-on-purpose').map(({ call }) => call.callSid)
    const came = expecting.filter(({ webhook }) => arrived(webhook)).map(({ call }) => call.callSid)
    expect(lost.length).toBeGreaterThan(100)
    expect(lost.filter((callSid) => !judgedMissing.has(callSid))).toEqual([])
    expect(came.filter((callSid) => judgedMissing.has(callSid))).toEqual([])
  })

  it('closes every window of the hour for good after a second equal scan', async () => {
    const summary = await reconcile()
    expect(summary).toMatchObject({ reason: null, exitCode: 0, callsFound: 0 })
    const { rows } = await pool.query(
      `SELECT w.window_from, w.state, json_agg(s ORDER BY s.started_at) AS scans FROM rollcall.windows w LEFT JOIN rollcall.window_scans s USING (account, window_from)
       WHERE w.account = $1 AND w.window_from >= $2 AND w.window_from < $3 AND w.state <> 'final' GROUP BY w.window_from, w.state`,
      [account.sid, new Date(hour().from), new Date(hour().to)],
    )
    expect(rows).toEqual([])
    expect(Object.keys(summary.windows)).toEqual(['final'])
  })

  it('rebuilds the same records from the log alone', async () => {
    const { exitCode, stdout, stderr } = await runServiceCommand('projector', ['rebuild', '--verify', '--json'], env)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
    expect(result.equal).toBe(true)
    expect(result.rebuiltDigest).toBe(result.liveDigest)
  })

  /** The windows that calls were made in. */
  const hour = () => {
    const created = simulator.ledger.calls().map((call) => call.truth.createdAt)
    return { from: windowAt(Math.min(...created)).from, to: windowAt(Math.max(...created)).to }
  }

  const reconcile = async () => {
    const { from, to } = hour()
    const { stdout, stderr } = await runServiceCommand(
      'reconciler',
      ['once', '--account', account.sid, '--from', new Date(from).toISOString(), '--to', new Date(to).toISOString(), '--json'],
      env,
    )
    const last = stdout.trim().split('\n').at(-1)
    if (last === undefined || !last.startsWith('{')) throw new Error(`the reconciler printed no summary: ${stdout}\n${stderr}`)
    return JSON.parse(last) as { exitCode: number; outcome: string; callsFound: number; windows: Record<string, number> }
  }
})
