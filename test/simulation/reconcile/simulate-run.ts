/**
 * One run of virtual time: the real reconciler between the simulated Exotel, a real log and a real Postgres. Time passes where the
 * reconciler waits (budget, backoff, the API's latency, the log), and the world goes on meanwhile: webhooks arrive, clocks are set,
 * the API fails, the projector stands still. Now and then the process is killed or stopped at any step, and another one begins.
 */
import { createHash, randomUUID } from 'node:crypto'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import type { EventLog, LogRecord } from '@rollcall/event-log/event-log'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { ApiFaults } from '@rollcall/exotel-simulator/api/api-faults'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'
import { createRandom, type Random } from '@rollcall/exotel-simulator/random'
import { type Simulator, startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { webhookRequest } from '@rollcall/exotel-simulator/webhooks/webhook-request'
import { CHECK_EVERY_MS, checkAccount } from '@rollcall/reconciler/check-account'
import { LEASE_MS } from '@rollcall/reconciler/hold-lease'
import { createHostClock } from '@rollcall/reconciler/host-clock'
import { reconcileAccount } from '@rollcall/reconciler/reconcile-account'
import type { ReconcilerDeps } from '@rollcall/reconciler/reconciler-deps'
import { keepSilence } from '@rollcall/reconciler/silence'
import { createTroubledWindows } from '@rollcall/reconciler/troubled-windows'
import { createVendorClock } from '@rollcall/reconciler/vendor-clock'
import type { Pool } from '@rollcall/store/pool'
import { createLogger } from '@rollcall/telemetry/create-logger'
import type { LogProjector } from './log-projector.ts'
import { createLife, type Ending, type Life, mortalLog, mortalPool } from './mortal.ts'
import { createOracle, type Finding } from './oracle.ts'
import { type ClockJump, POLICY, planRun, type RunPlan, type Span } from './plan-run.ts'
import { createSimulatedTime, type Happening, type SimulatedTime } from './simulated-time.ts'

/** What all runs share; each has an account of its own in it. */
export interface Surroundings {
  readonly pool: Pool
  readonly log: EventLog
  readonly projector: LogProjector
}

export interface RunReport {
  readonly seed: number
  /** What the oracle found wrong, in the order in which it was found. */
  readonly findings: readonly Finding[]
  readonly calls: number
  readonly windowsFinal: number
  readonly reconcilerRuns: number
  readonly kills: number
  readonly requests: number
  /** Windows that closed while a row of theirs had vanished from the API over both scans: beyond what anybody can know. */
  readonly excused: number
  readonly virtualMs: number
}

const CHANCE_STREAM = 102
/** How long after the last fault every window must have closed: a window that would not close is looked at every six hours. */
const CLOSED_WITHIN_MS = 24 * HOUR
const SLOTS_STREAM = 103
/** The schedule's own default; most runs come less often, so that more of them can be simulated. */
const SHORT_SLOT_MS = 20 * SECOND
const SHORT_SLOTS = 0.6
const CALM_SLOT_MS = 10 * MINUTE
/** By then the last trailing pass of the last window is over. */
const SETTLED_AFTER_MS = 20 * MINUTE
const LATENCY_MS_MAX = 900
const STEPS_BEFORE_DEATH_MAX = 150

export const simulateRun = async (surroundings: Surroundings, seed: number): Promise<RunReport> => {
  const plan = planRun(seed)
  const arrived: Arrivals = { records: [], at: new Map() }
  const aheadAt = (jumps: readonly ClockJump[]): Happening[] => jumps.map(({ at, aheadMs }) => ({ at, happen: () => time.setOurs(aheadMs) }))
  const time: SimulatedTime = createSimulatedTime(plan.start - MINUTE, [
    ...aheadAt(plan.jumps),
    ...plan.weather.map(({ at, apiFaults }) => ({ at, happen: () => exotel.change({ apiFaults: { ...ApiFaults.parse({}), ...apiFaults } }) })),
    ...plan.calls.flatMap((call) =>
      call.webhooks.flatMap((webhook) =>
        arrivals(
          plan,
          call,
          webhook,
          (record, at) => arrive(arrived, call, webhook, record, at),
          () => time.ours(),
        ),
      ),
    ),
  ])
  const exotel = await startSimulator({
    account: { sid: plan.account, apiKey: 'key', apiToken: 'token' },
    seed,
    clock: { now: time.now, sleepUntil: () => new Promise(() => {}) },
    history: plan.calls,
    rateLimitPerMinute: 0,
    traffic: plan.traffic,
    api: { listDetails: plan.listDetails },
    outages: [],
  })
  for (const { from, to, as } of plan.outages) addOutage(exotel, time, from, to, as)
  const oracle = createOracle(plan, surroundings.pool, time, arrived.at)
  const run = createProcesses({ plan, time, exotel, arrived, ...surroundings })
  const counts = { runs: 0 }
  const slots = createRandom(seed, SLOTS_STREAM)
  try {
    for (;;) {
      const slotMs = slotAt(plan, time.now(), slots)
      time.passTo((Math.floor(time.now() / slotMs) + 1) * slotMs)
      await run.slot()
      counts.runs += 1
      await oracle.check()
      if (oracle.findings().length > 0) break
      if (time.now() >= plan.calmFrom && (await oracle.isAllFinal())) break
      if (time.now() >= plan.calmFrom + CLOSED_WITHIN_MS) break
    }
    if (oracle.findings().length === 0) {
      await run.slot()
      await oracle.checkEnd(run.sentAt())
    }
  } finally {
    await run.close()
    await exotel.stop()
  }
  return {
    seed,
    findings: oracle.findings(),
    calls: plan.calls.length,
    windowsFinal: oracle.windowsFinal(),
    excused: oracle.excused(),
    reconcilerRuns: counts.runs,
    kills: run.kills(),
    requests: run.sentAt().length,
    virtualMs: Math.round(time.now() - plan.start),
  }
}

/** While calls are made runs come often; later, when windows only wait to become final, a run more or less shows nothing new. */
const slotAt = (plan: RunPlan, now: Instant, chance: Random): number => {
  if (now >= plan.trafficTo + SETTLED_AFTER_MS) return CALM_SLOT_MS
  return chance.chance(SHORT_SLOTS) ? SHORT_SLOT_MS : plan.slotMs
}

interface Arrivals {
  /** On their way into the log. */
  readonly records: LogRecord[]
  /** When, truly, each event of a call first arrived. */
  readonly at: Map<string, Instant>
}

const arrive = (arrived: Arrivals, call: LedgerCall, webhook: LedgerWebhook, record: LogRecord, at: Instant): void => {
  arrived.records.push(record)
  const name = `${call.callSid} ${webhook.event}`
  if (!arrived.at.has(name)) arrived.at.set(name, at)
}

const isWithin = (spans: readonly Span[], at: Instant): boolean => spans.some(({ from, to }) => at >= from && at < to)

/** When a webhook and its copy arrive: never where it was dropped, or sent while nothing came through. */
const arrivals = (plan: RunPlan, call: LedgerCall, webhook: LedgerWebhook, take: (record: LogRecord, at: Instant) => void, ours: () => Instant): readonly Happening[] => {
  if (webhook.faults.includes('drop')) return []
  return [webhook.dueAt, webhook.duplicateDueAt].flatMap((at) =>
    at === null || isWithin(plan.blackouts, at) ? [] : [{ at, happen: () => take(deliveryRecord(plan.account, call, webhook, ours()), at) }],
  )
}

/** As ingest appends it. */
const deliveryRecord = (account: string, call: LedgerCall, webhook: LedgerWebhook, receivedAt: Instant): LogRecord => {
  const { surface, method, query, contentType, body } = webhookRequest(call, webhook)
  const payload = Buffer.from(body ?? '')
  return toLogRecord({
    id: randomUUID(),
    account,
    surface: surface as 'status-callback',
    callSid: call.callSid,
    receivedAt,
    source: '/rollcall/ingest/simulation/0',
    method,
    query: query === '' ? null : query,
    contentType,
    scanId: null,
    leaseEpoch: null,
    payloadSha256: createHash('sha256').update(payload).digest('hex'),
    traceparent: null,
    utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
    payload,
  })
}

const addOutage = (exotel: Simulator, time: SimulatedTime, from: Instant, to: Instant, as: 'unavailable' | 'reset'): void =>
  exotel.beginOutage({ of: 'api', fromSecond: (from - time.now()) / SECOND, forSeconds: (to - from) / SECOND, as })

interface ProcessSurroundings extends Surroundings {
  readonly plan: RunPlan
  readonly time: SimulatedTime
  readonly exotel: Simulator
  readonly arrived: Arrivals
}

/** The reconciler's processes, one after the other. */
const createProcesses = ({ plan, time, exotel, arrived, pool, log, projector }: ProcessSurroundings) => {
  const chance = createRandom(plan.seed, CHANCE_STREAM)
  const sentAt: { readonly at: Instant; readonly life: number }[] = []
  const closing: Promise<void>[] = []
  let kills = 0
  let born: { readonly deps: (life: Life) => ReconcilerDeps; readonly close: () => Promise<void>; checkedAt: number } | null = null

  /** What has arrived is in the log, and in the projection too, before anybody looks where the log ends; unless the projector stands still. */
  const bounds: EventLog['bounds'] = async (topic) => {
    time.passTo(time.now() + chance.integer(0, 300))
    const records = arrived.records.splice(0)
    if (records.length > 0) await log.append(OBSERVATIONS_TOPIC, records, { deadlineMs: 30 * SECOND })
    const ends = await log.bounds(topic)
    if (!isWithin(plan.stalls, time.now())) await projector.fold()
    return ends
  }
  const append: EventLog['append'] = async (...args) => {
    time.passTo(time.now() + chance.integer(0, 300))
    await log.append(...args)
  }

  const bear = (): NonNullable<typeof born> => {
    const life = kills
    const real = createRequestBudget({ ratePerMinute: plan.ratePerMinute, monotonic: time.monotonic, sleep: time.sleep })
    const budget: typeof real = {
      ...real,
      take: async (signal) => {
        await real.take(signal)
        sentAt.push({ at: time.monotonic(), life })
        time.passTo(time.now() + latencyMs(chance))
      },
    }
    const host = createHostClock(time.ours, time.monotonic)
    const client = createExotelClient({
      account: plan.account,
      baseUrl: exotel.url,
      apiKey: 'key',
      apiToken: 'token',
      budget,
      clock: host.now,
      monotonic: time.monotonic,
      sleep: time.sleep,
      random: () => chance.unit(),
      pageRowsMax: plan.pageRowsMax,
    })
    const vendorClock = createVendorClock(host)
    const troubledWindows = createTroubledWindows()
    return {
      checkedAt: Number.NEGATIVE_INFINITY,
      close: () => client.close(),
      deps: (lifeNow) => ({
        account: plan.account,
        utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
        client,
        budget,
        log: mortalLog({ ...log, append, bounds }, lifeNow),
        pool: mortalPool(pool, lifeNow),
        policy: POLICY,
        coverage: coveragePolicyOf({ coverage: [], webhookGraceSeconds: plan.webhookGraceMs / SECOND }),
        clock: host.now,
        vendorClock,
        troubledWindows,
        logger: createLogger({ service: 'reconciler', level: 'silent' }),
        projectionWaitMs: 0,
        source: '/rollcall/reconciler/simulation',
      }),
    }
  }

  /** As run-on-schedule does it: the account's clock and credentials once a minute, then what is due. */
  const live = async (life: Life): Promise<void> => {
    const isNew = born === null
    born ??= bear()
    const deps = born.deps(life)
    if (isNew) await keepSilence(deps)
    if (time.monotonic() - born.checkedAt >= CHECK_EVERY_MS) {
      born.checkedAt = time.monotonic()
      await checkAccount(deps, life.signal)
    }
    const isOneShot = chance.chance(0.03)
    const to = windowAt(time.now()).from - chance.integer(0, 20) * WINDOW_MS
    const range = { from: to - chance.integer(1, 30) * WINDOW_MS, to }
    await reconcileAccount(deps, { kind: isOneShot ? 'one-shot' : 'cron', plannedAt: time.ours(), range: isOneShot ? range : null }, `process ${kills}`, life.signal)
  }

  const end = async (ending: Ending): Promise<void> => {
    kills += 1
    if (born !== null) closing.push(born.close())
    born = null
    if (ending === 'stopped') return
    // Its lease lapses by itself; leases live in the database's time.
    time.passTo(time.now() + LEASE_MS)
    await pool.query(`UPDATE rollcall.leases SET expires_at = now() - interval '1 second' WHERE job = $1`, [`reconcile:${plan.account}`])
  }

  return {
    async slot() {
      const mayDie = time.now() < plan.calmFrom && chance.chance(plan.killRate)
      const life = createLife(mayDie ? chance.integer(1, STEPS_BEFORE_DEATH_MAX) : null, chance.chance(0.5) ? 'killed' : 'stopped', chance.chance(0.5))
      try {
        await live(life)
      } catch (error) {
        if (life.ended() === null) throw error
      }
      const ending = life.ended()
      if (ending !== null) await end(ending)
    },
    kills: () => kills,
    sentAt: () => sentAt,
    close: async () => {
      await Promise.all([...closing, born?.close()])
    },
  }
}

/** Now and then an answer takes as long as the client has patience. */
const latencyMs = (chance: Random): number => (chance.chance(0.01) ? chance.integer(SECOND, 20 * SECOND) : chance.integer(20, LATENCY_MS_MAX))
