import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { DAY, type Instant } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { CHECK_EVERY_MS, checkAccount } from '@rollcall/reconciler/check-account'
import { createHostClock } from '@rollcall/reconciler/host-clock'
import { reconcileAccount } from '@rollcall/reconciler/reconcile-account'
import type { ReconcilerDeps } from '@rollcall/reconciler/reconciler-deps'
import { createTroubledWindows } from '@rollcall/reconciler/troubled-windows'
import { createTurns } from '@rollcall/reconciler/turns'
import { createVendorClock } from '@rollcall/reconciler/vendor-clock'
import { createLogger } from '@rollcall/telemetry/create-logger'
import type { SimulatedTime } from '../reconcile/simulated-time.ts'
import type { Surroundings } from '../reconcile/surroundings.ts'
import { type BlackoutPlan, shareOf } from './blackout-plan.ts'

const CHANCE_STREAM = 104
const LATENCY_MS = { min: 20, max: 900 }
const LOG_MS_MAX = 300

/** One process that lives through it all. Time passes where it waits: for its budget, for Exotel, for the log. */
export const createBlackoutReconciler = (plan: BlackoutPlan, time: SimulatedTime, baseUrl: string, { pool, log, projector }: Surroundings) => {
  const chance = createRandom(plan.seed, CHANCE_STREAM)
  const sentAt: Instant[] = []
  const durableAt = new Map<string, Instant>()
  const pass = (least: number, most: number): void => time.passTo(time.now() + chance.integer(least, most))

  const timedLog: EventLog = {
    ...log,
    append: async (topic, records, options) => {
      pass(0, LOG_MS_MAX)
      await log.append(topic, records, options)
      if (topic === OBSERVATIONS_TOPIC) for (const { headers } of records) noteDurable(headers.ce_subject)
    },
    bounds: async (topic) => {
      pass(0, LOG_MS_MAX)
      await projector.fold()
      return log.bounds(topic)
    },
  }
  const noteDurable = (callSid: string | undefined): void => {
    if (callSid !== undefined && !durableAt.has(callSid)) durableAt.set(callSid, time.now())
  }

  const real = createRequestBudget({ ratePerMinute: shareOf(plan), monotonic: time.monotonic, sleep: time.sleep })
  const budget: typeof real = {
    ...real,
    take: async (signal) => {
      await real.take(signal)
      sentAt.push(time.monotonic())
      pass(LATENCY_MS.min, LATENCY_MS.max)
    },
  }
  const host = createHostClock(time.ours, time.monotonic)
  const client = createExotelClient({
    account: plan.account,
    baseUrl,
    apiKey: 'key',
    apiToken: 'token',
    budget,
    clock: host.now,
    monotonic: time.monotonic,
    sleep: time.sleep,
    random: () => chance.unit(),
  })
  const deps: ReconcilerDeps = {
    account: plan.account,
    utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
    client,
    budget,
    log: timedLog,
    pool,
    policy: plan.policy,
    coverage: coveragePolicyOf(plan.settings),
    clock: host.now,
    vendorClock: createVendorClock(host),
    troubledWindows: createTroubledWindows(),
    turns: createTurns(),
    logger: createLogger({ service: 'reconciler', level: 'silent' }),
    headRecording: null,
    projectionWaitMs: 0,
    source: '/rollcall/reconciler/simulation',
    software: { version: '0.1.0', commit: null },
    spoolGivenUpMs: DAY,
  }
  const running = new AbortController()
  let checkedAt = Number.NEGATIVE_INFINITY

  return {
    deps,
    /** As run-on-schedule does it: the account's clock and credentials once a minute, then what is due. */
    async slot() {
      if (time.monotonic() - checkedAt >= CHECK_EVERY_MS) {
        checkedAt = time.monotonic()
        await checkAccount(deps, running.signal)
      }
      return reconcileAccount(deps, { kind: 'cron', plannedAt: time.ours(), lanes: ALL_LANES, range: null }, 'simulation', running.signal)
    },
    /** When each request left, in the order of leaving. */
    sentAt: (): readonly Instant[] => sentAt,
    /** When a call first was in the log, of those that were not from the start. */
    durableAt: (callSid: string): Instant | undefined => durableAt.get(callSid),
    close: () => client.close(),
  }
}
