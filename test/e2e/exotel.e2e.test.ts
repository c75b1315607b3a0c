/**
 * Whatever Exotel turns out to do, the books balance: an account for each way it may behave, all in one Rollcall, reconciled while
 * their calls are made. Ingest is down for some minutes of their time, so that webhooks are retried as each account's Exotel retries.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { windowAt, windowsBetween } from '@rollcall/domain/window/window'
import { hasArrived, isWhole } from '@rollcall/exotel-simulator/calls/expected-record'
import { createAcceleratedClock } from '@rollcall/exotel-simulator/clock/accelerated-clock'
import type { SimulatorClock } from '@rollcall/exotel-simulator/clock/simulator-clock'
import { type Simulator, startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { readIncompleteCalls } from '@rollcall/store/reconcile/read-incomplete-calls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { balance } from './balance.ts'
import { VARIANTS as ALL_VARIANTS, LONGEST_CALL_SECONDS, type Variant } from './exotel-variants.ts'
import { freePorts } from './free-ports.ts'
import { startWorld, type World } from './start-world.ts'
import { untilProjected } from './until-projected.ts'
import type { AccountSettings } from './write-accounts.ts'

const SEED = 20_260_102
/** The calls begin in the first twenty minutes; the rest is for what comes late. */
const SPAN_MS = 85 * MINUTE
const SPEED = 85
const ACCOUNTS_OF_A_SIMULATOR = 21
/** Of the machine's time: 200 s of the accounts'. */
const OUTAGE = { afterMs: 4 * SECOND, forMs: 2.4 * SECOND }
const SETTLE_SECONDS = 2_700
/** Accounts whose requests are refused for their rate wait in the machine’s time, which is slow beside theirs. */
const WAIT_MS_MAX = 300 * SECOND
const HOOK_MS_MAX = 2 * WAIT_MS_MAX
const CALLS_MAX = 1_000
/** Some calls Exotel lists and denies by Sid: what it denied even once is not waited for. */
const NOT_DENIED = { askedSince: 0, absencesNeeded: 1, absenceSpanMs: 0, settleMs: SETTLE_SECONDS * SECOND }
/** No retry schedule is longer, the outage included. */
const GRACE_SECONDS = 2_400
/** The webhooks that a coverage rule expects of a call. */
const ENDS: ReadonlySet<string> = new Set(['status-callback/terminal', 'status-callback/default', 'passthru'])

/** A third of them is what two cores play beside other tests in a few minutes; EXOTEL_VARIANTS=all plays all. */
const VARIANTS = ALL_VARIANTS.filter((_, nth) => process.env.EXOTEL_VARIANTS === 'all' || nth % 3 === 0)

const GROUPS = Array.from({ length: Math.ceil(VARIANTS.length / ACCOUNTS_OF_A_SIMULATOR) }, (_, nth) =>
  VARIANTS.slice(nth * ACCOUNTS_OF_A_SIMULATOR, (nth + 1) * ACCOUNTS_OF_A_SIMULATOR),
)

let world: World
let simulators: readonly Simulator[] = []

/** Polls as often as the pace of its clock asks for, and believes a row only when nothing can change it any more. */
const accountOf = ({ sid, settings }: Variant, baseUrl: string): AccountSettings => ({
  sid,
  baseUrl,
  rateLimitPerMinute: 100_000,
  rateShare: 1,
  maximumCallSeconds: LONGEST_CALL_SECONDS,
  settleSeconds: SETTLE_SECONDS,
  provisionalSettleSeconds: 60,
  finalScansApartSeconds: 0,
  trailingPassSeconds: [60],
  webhookGraceSeconds: GRACE_SECONDS,
  ...settings.account,
})

beforeAll(async () => {
  world = await startWorld({
    eventLog: 'embedded',
    exotels: GROUPS.length,
    accounts: (urls) => GROUPS.flatMap((group, nth) => group.map((variant) => accountOf(variant, urls[nth] ?? ''))),
  })
  const [failoverPort = 0] = await freePorts(1)
  const failover = await world.service('ingest', { INGEST_PORT: String(failoverPort), INGEST_SPOOL_DIR: join(world.env.ROLLCALL_DATA_DIR ?? '', 'failover') })
  const reconciler = await world.service('reconciler', { RECONCILE_CRON: '*/2 * * * * *' })
  await failover.start()

  const { apiKey, apiToken } = world.secrets
  const clock = heldClock()
  simulators = await Promise.all(
    GROUPS.map((group, nth) => {
      const [first, ...others] = group.map(({ sid, settings }, place) => ({
        ...settings,
        account: { sid, apiKey, apiToken, ...settings.account },
        seed: SEED + nth * ACCOUNTS_OF_A_SIMULATOR + place,
        webhookUrl: world.webhookUrl(sid),
        failoverUrl: world.webhookUrl(sid, failoverPort),
      }))
      if (first === undefined) throw new Error('a group has at least one account')
      return startSimulator({ ...first, others, clock, port: world.exotelPorts[nth] ?? 0 })
    }),
  )
  await reconciler.start()
  // What was before an account's first window is not the reconciler's.
  const isReconciled = await within(WAIT_MS_MAX, async () => {
    const { rows } = await world.pool.query<{ accounts: number }>('SELECT count(DISTINCT account)::int AS accounts FROM rollcall.windows')
    return rows[0]?.accounts === VARIANTS.length
  })
  expect(isReconciled).toBe(true)
  clock.begin()
  const playing = Promise.all(simulators.map((simulator) => simulator.play()))
  await sleep(OUTAGE.afterMs)
  await world.ingest.stop()
  await sleep(OUTAGE.forMs)
  await world.ingest.start()
  await playing

  const { to } = range()
  await clock.sleepUntil(to + (LONGEST_CALL_SECONDS + SETTLE_SECONDS) * SECOND, new AbortController().signal)
  // In time or not: the tests say of which account what is not.
  await within(WAIT_MS_MAX, async () => (await unclosed()).size === 0 && (await incomplete()).length === 0)
  await reconciler.stop()
  await untilProjected(world.stack, world.pool)
}, HOOK_MS_MAX)

afterAll(async () => {
  await Promise.all(simulators.map((simulator) => simulator.stop()))
  await world?.stop()
})

const callsOf = (sid: string) => simulators[GROUPS.findIndex((group) => group.some((variant) => variant.sid === sid))]?.ledger.calls(sid) ?? []

/** The windows that calls were made in. */
const range = () => {
  const created = VARIANTS.flatMap(({ sid }) => callsOf(sid).map((call) => call.truth.createdAt))
  return { from: windowAt(Math.min(...created)).from, to: windowAt(Math.max(...created)).to }
}

/**
 * The beginnings of the windows that should be final and are not, by account. A call that no listing shows is asked for a settling time after it
 * was heard of, and holds its window open until then; that is by our own clock, which here has gone on for a minute only.
 */
const unclosed = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { from, to } = range()
  const { rows } = await world.pool.query<{ account: string; window_from: Date }>(
    `SELECT account, window_from FROM rollcall.windows WHERE state = 'final' AND window_from >= $1 AND window_from < $2`,
    [new Date(from), new Date(to)],
  )
  const final = new Set(rows.map((row) => `${row.account} ${row.window_from.getTime()}`))
  return new Map(
    VARIANTS.flatMap(({ sid }) => {
      const held = new Set(callsOf(sid).flatMap(({ visible, truth }) => (visible.listedFrom === null ? [windowAt(truth.createdAt).from] : [])))
      const open = windowsBetween(from, to).filter((window) => !held.has(window.from) && !final.has(`${sid} ${window.from}`))
      return open.length === 0 ? [] : [[sid, open.map((window) => new Date(window.from).toISOString())] as const]
    }),
  )
}

/** Calls that still have to be asked for, because their webhook is missing and the list does not tell all that it would have told. */
const incomplete = async (): Promise<readonly string[]> => {
  const left = await Promise.all(
    VARIANTS.map(async ({ sid }) => {
      const kinds = new Map(callsOf(sid).map((call) => [call.callSid, call.kind]))
      return (await readIncompleteCalls(world.pool, sid, { ...NOT_DENIED, from: '', limit: CALLS_MAX })).map((callSid) => `${sid}: ${callSid} (${kinds.get(callSid)})`)
    }),
  )
  return left.flat()
}

/** Whether the condition came true in time. */
const within = async (msMax: number, condition: () => Promise<boolean>): Promise<boolean> => {
  for (const deadline = performance.now() + msMax; !(await condition()); await sleep(SECOND / 4)) {
    if (performance.now() > deadline) return false
  }
  return true
}

/** Goes as real time does, a span behind it, and fast from `begin` on. */
const heldClock = (): SimulatorClock & { begin(): void } => {
  let begun: SimulatorClock | null = null
  return {
    now: () => begun?.now() ?? Date.now() - SPAN_MS,
    sleepUntil: async (at, signal) => {
      if (begun === null) throw new Error('nothing is waited for before the clock has begun')
      await begun.sleepUntil(at, signal)
    },
    begin: () => {
      begun = createAcceleratedClock({ spanMs: SPAN_MS, factor: SPEED })
    },
  }
}

describe.each(VARIANTS)('$sid: $title', ({ sid, settings }) => {
  it('closes every window, with equal books', async () => {
    expect((await unclosed()).get(sid) ?? []).toEqual([])
    const calls = callsOf(sid)
    expect(await balance(world.pool, sid, calls)).toEqual({ calls: settings.traffic?.calls, missing: [], extra: [], differing: [] })
  })

  it('understands all that came whole, and never calls missing what came', async () => {
    const calls = callsOf(sid)
    const { rows: dead } = await world.pool.query<{ surface: string; reason: string }>('SELECT surface, reason FROM projection.dead_letters WHERE account = $1', [sid])
    expect(dead).toEqual([])
    const { rows: judged } = await world.pool.query<{ call_sid: string }>(`SELECT call_sid FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing'`, [sid])
    const missing = new Set(judged.map((row) => row.call_sid))
    const came = calls.filter((call) => call.webhooks.some((webhook) => ENDS.has(webhook.event) && hasArrived(webhook) && isWhole(webhook)))
    expect(came.filter((call) => missing.has(call.callSid)).map((call) => call.callSid)).toEqual([])
  })
})

it('leaves nothing to ask', async () => expect(await incomplete()).toEqual([]))

it('most of what happened, happened', () => {
  const webhooks = VARIANTS.flatMap(({ sid }) => callsOf(sid).flatMap((call) => call.webhooks))
  expect(webhooks.filter(({ outcome }) => outcome === 'dropped-on-purpose').length).toBeGreaterThan(webhooks.length * 0.05)
  expect(webhooks.filter(({ attempts }) => attempts > 1).length).toBeGreaterThan(20)
  expect(webhooks.filter(({ failedOver }) => failedOver).length).toBeGreaterThan(0)
})
