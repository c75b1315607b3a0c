/**
 * The main job: webhooks are lost on purpose, duplicated and reordered, ingest and the projector are killed under load,
 * and after reconciliation the books balance: set and field equality with the simulator's ledger.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { SECOND } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import { hasArrived } from '@rollcall/exotel-simulator/calls/expected-record'
import { createAcceleratedClock } from '@rollcall/exotel-simulator/clock/accelerated-clock'
import type { SimulatorClock } from '@rollcall/exotel-simulator/clock/simulator-clock'
import { type Simulator, startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { findJava } from '@rollcall/local/kafka/find-java'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { balance } from './balance.ts'
import { runServiceCommand } from './service-process.ts'
import { startWorld, type World } from './start-world.ts'
import { untilProjected } from './until-projected.ts'

const ACCOUNT = 'acme'
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
  let world: World
  let simulator: Simulator
  let clock: SimulatorClock

  beforeAll(async () => {
    world = await startWorld({
      eventLog,
      accounts: ([baseUrl = '']) => [
        {
          sid: ACCOUNT,
          baseUrl,
          rateLimitPerMinute: 100_000,
          rateShare: 1,
          maximumCallSeconds: LONGEST_CALL_SECONDS,
          settleSeconds: SETTLE_SECONDS,
          provisionalSettleSeconds: 5,
          finalScansApartSeconds: 0,
        },
      ],
    })
    // Last, for its clock runs from here on.
    clock = createAcceleratedClock({ spanMs: SPAN_MS, factor: SPEED })
    simulator = await startSimulator({
      port: world.exotelPorts[0] ?? 0,
      account: { sid: ACCOUNT, apiKey: world.secrets.apiKey, apiToken: world.secrets.apiToken },
      webhookUrl: world.webhookUrl(ACCOUNT),
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
    await simulator?.stop()
    await world?.stop()
  })

  it('loses nothing it acknowledged while ingest and the projector are killed under load', async () => {
    const playing = simulator.play()
    const began = performance.now()
    for (const { after, victim } of KILLS) {
      await sleep(Math.max(0, after * SECOND - (performance.now() - began)))
      await world[victim].kill()
      await world[victim].start()
    }
    await playing
    // Rows still change for a while after hang-up; the books are compared when nothing of the hour changes any more, and its windows may be final.
    await clock.sleepUntil(hour().to + (LONGEST_CALL_SECONDS + SETTLE_SECONDS) * SECOND, new AbortController().signal)
    await untilProjected(world.stack, world.pool)

    const acknowledged = simulator.ledger.calls().flatMap((call) => call.webhooks.filter(hasArrived).map((webhook) => `${call.callSid} ${webhook.event}`))
    const { rows } = await world.pool.query<{ claim: string }>(
      `SELECT DISTINCT call_sid || ' ' || event AS claim FROM projection.observations WHERE account = $1 AND event IS NOT NULL`,
      [ACCOUNT],
    )
    const logged = new Set(rows.map((row) => row.claim))
    expect(acknowledged.length).toBeGreaterThan(CALLS * 0.7)
    expect(acknowledged.filter((claim) => !logged.has(claim))).toEqual([])
  })

  it('finds every lost call, and the books balance', async () => {
    const summary = await reconcile()
    expect(summary).toMatchObject({ reason: null, exitCode: 0, outcome: 'complete' })
    expect(summary.callsFound).toBeGreaterThan(CALLS * 0.05)
    expect(await balance(world.pool, ACCOUNT, simulator.ledger.calls())).toEqual({ calls: CALLS, missing: [], extra: [], differing: [] })
  })

  it('says which expected webhooks never came: those that were lost, and no other', async () => {
    const { rows } = await world.pool.query<{ call_sid: string }>(`SELECT call_sid FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing'`, [ACCOUNT])
    const judgedMissing = new Set(rows.map((row) => row.call_sid))
    const expecting = simulator.ledger
      .calls()
      .flatMap((call) =>
        call.webhooks.filter((webhook) => webhook.event === 'status-callback/terminal' || webhook.event === 'status-callback/default').map((webhook) => ({ call, webhook })),
      )
    const lost = expecting.filter(({ webhook }) => webhook.outcome === 'dropped-on-purpose').map(({ call }) => call.callSid)
    const came = expecting.filter(({ webhook }) => hasArrived(webhook)).map(({ call }) => call.callSid)
    expect(lost.length).toBeGreaterThan(100)
    expect(lost.filter((callSid) => !judgedMissing.has(callSid))).toEqual([])
    expect(came.filter((callSid) => judgedMissing.has(callSid))).toEqual([])
  })

  it('closes every window of the hour for good after a second equal scan', async () => {
    const summary = await reconcile()
    expect(summary).toMatchObject({ reason: null, exitCode: 0, callsFound: 0 })
    const { rows } = await world.pool.query(
      `SELECT w.window_from, w.state, json_agg(s ORDER BY s.started_at) AS scans FROM rollcall.windows w LEFT JOIN rollcall.window_scans s USING (account, window_from)
       WHERE w.account = $1 AND w.window_from >= $2 AND w.window_from < $3 AND w.state <> 'final' GROUP BY w.window_from, w.state`,
      [ACCOUNT, new Date(hour().from), new Date(hour().to)],
    )
    expect(rows).toEqual([])
    expect(Object.keys(summary.windows)).toEqual(['final'])
  })

  it('rebuilds the same records from the log alone', async () => {
    const { exitCode, stdout, stderr } = await runServiceCommand('projector', ['rebuild', '--verify', '--json'], world.env)
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

  const reconcile = () => world.reconcile(ACCOUNT, hour())
})
