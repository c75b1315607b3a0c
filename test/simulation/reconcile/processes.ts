import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { DAY, type Instant, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { createRandom, type Random } from '@rollcall/exotel-simulator/random'
import type { Simulator } from '@rollcall/exotel-simulator/start-simulator'
import { CHECK_EVERY_MS, checkAccount } from '@rollcall/reconciler/check-account'
import { LEASE_MS } from '@rollcall/reconciler/hold-lease'
import { createHostClock } from '@rollcall/reconciler/host-clock'
import { reconcileAccount } from '@rollcall/reconciler/reconcile-account'
import type { ReconcilerDeps } from '@rollcall/reconciler/reconciler-deps'
import { keepSilence } from '@rollcall/reconciler/silence'
import { createTroubledWindows } from '@rollcall/reconciler/troubled-windows'
import { createTurns } from '@rollcall/reconciler/turns'
import { createVendorClock } from '@rollcall/reconciler/vendor-clock'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { type Arrivals, isWithin } from './arrivals.ts'
import { createLife, type Ending, type Life, mortalLog, mortalPool } from './mortal.ts'
import type { RunPlan } from './plan-run.ts'
import type { SimulatedTime } from './simulated-time.ts'
import type { Surroundings } from './surroundings.ts'

const CHANCE_STREAM = 102
const LATENCY_MS_MAX = 900
const STEPS_BEFORE_DEATH_MAX = 150

interface ProcessSurroundings extends Surroundings {
  readonly plan: RunPlan
  readonly time: SimulatedTime
  readonly exotel: Simulator
  readonly arrived: Arrivals
  /** What else has happened by now, outside of the log: asked for whenever somebody looks where the log ends. */
  readonly beside: () => Promise<void>
}

/** The reconciler's processes, one after the other. */
export const createProcesses = ({ plan, time, exotel, arrived, beside, pool, log, projector }: ProcessSurroundings) => {
  const chance = createRandom(plan.seed, CHANCE_STREAM)
  const filteredAt = new Set<Instant>()
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
    await beside()
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
    const whole = createExotelClient({
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
    const client: typeof whole = {
      ...whole,
      scan: async (range, options) => {
        const scan = await whole.scan(range, options)
        if (options?.durationAtLeastSeconds != null) filteredAt.add(scan.startedAt)
        return scan
      },
    }
    const vendorClock = createVendorClock(host)
    const troubledWindows = createTroubledWindows()
    const turns = createTurns()
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
        policy: plan.policy,
        coverage: coveragePolicyOf({ coverage: [...plan.coverage], webhookGraceSeconds: plan.webhookGraceMs / SECOND }),
        clock: host.now,
        vendorClock,
        troubledWindows,
        turns,
        logger: createLogger({ service: 'reconciler', level: 'silent' }),
        software: { version: '0.1.0', commit: null },
        spoolGivenUpMs: DAY,
        headRecording: null,
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
    const to = windowAt(time.now()).from - chance.integer(0, 150) * WINDOW_MS
    const range = { from: to - chance.integer(1, 30) * WINDOW_MS, to }
    await reconcileAccount(
      deps,
      { kind: isOneShot ? 'one-shot' : 'cron', plannedAt: time.ours(), range: isOneShot ? range : null, lanes: ALL_LANES },
      `process ${kills}`,
      life.signal,
    )
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
    /** When scans for long calls alone began, by our clock. */
    filteredAt: () => filteredAt,
    close: async () => {
      await Promise.all([...closing, born?.close()])
    },
  }
}

/** Now and then an answer takes as long as the client has patience. */
const latencyMs = (chance: Random): number => (chance.chance(0.01) ? chance.integer(SECOND, 20 * SECOND) : chance.integer(20, LATENCY_MS_MAX))
