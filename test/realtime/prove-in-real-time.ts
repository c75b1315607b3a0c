import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { type Window, windowAt } from '@rollcall/domain/window/window'
import { hasArrived } from '@rollcall/exotel-simulator/calls/expected-record'
import { type Simulator, startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { readIncompleteCalls } from '@rollcall/store/reconcile/read-incomplete-calls'
import { balance } from '../e2e/balance.ts'
import { startWorld, type World } from '../e2e/start-world.ts'
import { untilProjected } from '../e2e/until-projected.ts'
import { endedByLog } from './ended-by-log.ts'
import type { RealtimePlan } from './plan.ts'
import { toldMeasures } from './told-measures.ts'
import { trueMeasures } from './true-measures.ts'

export interface Proof {
  readonly figures: Readonly<Record<string, unknown>>
  /** What is not as it should be, in words; empty where all is. */
  readonly wrong: readonly string[]
}

const ACCOUNT = 'acme'
const LONGEST_CALL_SECONDS = 120
const SETTLE_SECONDS = 60
const FINAL_SCANS_APART_SECONDS = 60
const RATE_LIMIT_PER_MINUTE = 200
/** After the last call, for its window to become final. */
const FINAL_WAIT_MS_MAX = 20 * MINUTE
const TOLD_EVERY_MS = 30 * SECOND
/** The webhooks that the default coverage rules expect of a call made by the API. */
const ENDS: ReadonlySet<string> = new Set(['status-callback/terminal', 'status-callback/default'])

/** Makes the calls, waits until every window of theirs is final, and holds what Rollcall says against the ledger. */
export const proveInRealTime = async (plan: RealtimePlan, print: (line: string) => void): Promise<Proof> => {
  const world = await startWorld({
    eventLog: 'kafka',
    accounts: ([baseUrl = '']) => [
      {
        sid: ACCOUNT,
        baseUrl,
        rateLimitPerMinute: RATE_LIMIT_PER_MINUTE,
        rateShare: 1,
        maximumCallSeconds: LONGEST_CALL_SECONDS,
        settleSeconds: SETTLE_SECONDS,
        provisionalSettleSeconds: 60,
        finalScansApartSeconds: FINAL_SCANS_APART_SECONDS,
      },
    ],
  })
  try {
    const reconciler = await world.service('reconciler')
    const simulator = await startSimulator({
      port: world.exotelPorts[0] ?? 0,
      account: { sid: ACCOUNT, apiKey: world.secrets.apiKey, apiToken: world.secrets.apiToken },
      webhookUrl: world.webhookUrl(ACCOUNT),
      seed: plan.seed,
      rateLimitPerMinute: RATE_LIMIT_PER_MINUTE,
      traffic: {
        callsPerSecond: plan.callsPerSecond,
        calls: Math.round(plan.callsPerSecond * plan.minutes * 60),
        callSeconds: { mean: 40, max: LONGEST_CALL_SECONDS },
        kinds: { 'outbound-extended': 45, 'outbound-flow': 15, 'inbound-passthru': 25, 'inbound-abandoned': 5, 'inbound-silent': 5, dashboard: 5 },
      },
      faults: { dropRate: plan.loss },
    })
    try {
      await reconciler.start()
      const began = performance.now()
      await simulator.play()
      print(`${simulator.ledger.calls().length} calls made and told of in ${Math.round((performance.now() - began) / SECOND)} s; waiting for their windows to become final`)
      await untilFinal(world, rangeOf(simulator), print)
      await reconciler.stop()
      await untilProjected(world.stack, world.pool)
      return await holdAgainst(world, simulator, plan, performance.now() - began)
    } finally {
      await simulator.stop()
    }
  } finally {
    await world.stop()
  }
}

const rangeOf = (simulator: Simulator): Window => {
  const created = simulator.ledger.calls().map((call) => call.truth.createdAt)
  return { from: windowAt(Math.min(...created)).from, to: windowAt(Math.max(...created)).to }
}

const untilFinal = async (world: World, range: Window, print: (line: string) => void): Promise<void> => {
  const until = performance.now() + FINAL_WAIT_MS_MAX
  for (let told = performance.now(); performance.now() < until; ) {
    const states = await windowStates(world, range)
    if (states.every((state) => state === 'final') && (await incomplete(world)).length === 0) return
    await sleep(SECOND)
    if (performance.now() - told < TOLD_EVERY_MS) continue
    told = performance.now()
    print(`${states.filter((state) => state === 'final').length} of ${states.length} windows final`)
  }
}

/** Calls whose lost webhook would have told more than the list does, and that were not read by Sid yet. */
const incomplete = ({ pool }: World): Promise<readonly string[]> =>
  readIncompleteCalls(pool, ACCOUNT, { askedSince: Date.now(), absencesNeeded: 1, absenceSpanMs: 0, settleMs: SETTLE_SECONDS * SECOND, from: '', limit: 1_000 })

const windowStates = async ({ pool }: World, { from, to }: Window): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ state: string }>('SELECT state FROM rollcall.windows WHERE account = $1 AND window_from >= $2 AND window_from < $3', [
    ACCOUNT,
    new Date(from),
    new Date(to),
  ])
  return rows.map((row) => row.state)
}

const holdAgainst = async (world: World, simulator: Simulator, plan: RealtimePlan, tookMs: number): Promise<Proof> => {
  const ledger = simulator.ledger.calls()
  const range = rangeOf(simulator)
  const books = await balance(world.pool, ACCOUNT, ledger)
  const acknowledged = ledger.flatMap((call) => call.webhooks.filter(hasArrived).map((webhook) => `${call.callSid} ${webhook.event}`))
  const logged = await loggedClaims(world)
  const ends = ledger.flatMap((call) => call.webhooks.filter((webhook) => ENDS.has(webhook.event)).map((webhook) => ({ call, webhook })))
  const judgedMissing = await missingCalls(world)
  const states = await windowStates(world, range)
  const { calls, missing, extra, differing } = books
  const told = await toldMeasures(world.pool, ACCOUNT, range)
  const truth = { ...trueMeasures(ledger, await endedByLog(world.stack)), exact: calls }
  const untrue = (Object.keys(truth) as (keyof typeof truth)[]).filter((name) => told[name] !== truth[name])
  const figures = {
    seed: plan.seed,
    seconds: Math.round(tookMs / SECOND),
    calls,
    webhooksAcknowledged: acknowledged.length,
    acknowledgedAndNotLogged: acknowledged.filter((claim) => !logged.has(claim)).length,
    missing: missing.length,
    extra: extra.length,
    differing: differing.length,
    webhooksLost: ends.filter(({ webhook }) => webhook.outcome === 'dropped-on-purpose').length,
    lostAndNotJudgedMissing: ends.filter(({ call, webhook }) => webhook.outcome === 'dropped-on-purpose' && !judgedMissing.has(call.callSid)).length,
    cameAndJudgedMissing: ends.filter(({ call, webhook }) => hasArrived(webhook) && judgedMissing.has(call.callSid)).length,
    windows: states.length,
    windowsNotFinal: states.filter((state) => state !== 'final').length,
    measures: told,
    requests: simulator.stats().apiRequests,
    requestsLimited: simulator.stats().apiRequestsLimited,
  }
  const nought = ['acknowledgedAndNotLogged', 'missing', 'extra', 'differing', 'lostAndNotJudgedMissing', 'cameAndJudgedMissing', 'windowsNotFinal'] as const
  return {
    figures,
    wrong: [
      ...untrue.map((name) => `${name}: told is ${told[name]}, true is ${truth[name]}`),
      ...nought.flatMap((name) => (figures[name] === 0 ? [] : [`${name}: ${figures[name]}`])),
      ...differing.slice(0, 5),
    ],
  }
}

const loggedClaims = async ({ pool }: World): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query<{ claim: string }>(`SELECT DISTINCT call_sid || ' ' || event AS claim FROM projection.observations WHERE account = $1 AND event IS NOT NULL`, [
    ACCOUNT,
  ])
  return new Set(rows.map((row) => row.claim))
}

const missingCalls = async ({ pool }: World): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query<{ call_sid: string }>(`SELECT call_sid FROM rollcall.judgements WHERE account = $1 AND outcome = 'missing'`, [ACCOUNT])
  return new Set(rows.map((row) => row.call_sid))
}
