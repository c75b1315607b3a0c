/**
 * One run of virtual time: the real reconciler between the simulated Exotel, a real log and a real Postgres. Time passes where the
 * reconciler waits (budget, backoff, the API's latency, the log), and the world goes on meanwhile: webhooks arrive, clocks are set,
 * the API fails, the projector stands still. Now and then the process is killed or stopped at any step, and another one begins.
 */
import { HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { ApiFaults } from '@rollcall/exotel-simulator/api/api-faults'
import { type Simulator, startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { type Arrivals, arrivals, arrive } from './arrivals.ts'
import { createOracle, type Finding } from './oracle.ts'
import { type ClockJump, type Pace, planRun, type RunPlan } from './plan-run.ts'
import { createProcesses } from './processes.ts'
import { createSimulatedTime, type Happening, type SimulatedTime } from './simulated-time.ts'
import type { Surroundings } from './surroundings.ts'

export interface RunReport {
  readonly seed: number
  /** What the oracle found wrong, in the order in which it was found. */
  readonly findings: readonly Finding[]
  readonly calls: number
  readonly windowsFinal: number
  readonly windowsWithoutCalls: number
  /** Webhooks that were called missing. */
  readonly missing: number
  readonly reconcilerRuns: number
  readonly kills: number
  readonly requests: number
  /** Scans for long calls alone. */
  readonly sweeps: number
  /** Windows that closed while a row of theirs had vanished from the API over both scans: beyond what anybody can know. */
  readonly excused: number
  readonly amended: number
  readonly virtualMs: number
}

/** How long after the last fault every window must have closed: a window that would not close is looked at every six hours. */
const CLOSED_WITHIN_MS = 24 * HOUR

/** What becomes of webhooks, and what happens outside of the log. */
export interface World {
  readonly happenings: (arrived: Arrivals, ours: () => Instant) => readonly Happening[]
  /** Does what is due by now, outside of the log. */
  readonly beside: (arrived: Arrivals, now: Instant) => Promise<void>
  /** Looks at it when no run is under way. @param now by our clock */
  readonly afterRun?: (arrived: Arrivals, now: Instant) => Promise<void>
}

export const simulateRun = (surroundings: Surroundings, seed: number): Promise<RunReport> => {
  const plan = planRun(seed)
  const happenings: World['happenings'] = (arrived, ours) =>
    plan.calls.flatMap((call) => call.webhooks.flatMap((webhook) => arrivals(plan, call, webhook, (record, at) => arrive(arrived, call, webhook, record, at), ours)))
  return simulatePlan(surroundings, plan, { happenings, beside: async () => {} })
}

export const simulatePlan = async (surroundings: Surroundings, plan: RunPlan, world: World): Promise<RunReport> => {
  const { seed } = plan
  const arrived: Arrivals = { records: [], at: new Map() }
  const aheadAt = (jumps: readonly ClockJump[]): Happening[] => jumps.map(({ at, ...to }) => ({ at, happen: () => time.setOurs(to) }))
  const time: SimulatedTime = createSimulatedTime(plan.start - MINUTE, [
    ...aheadAt(plan.jumps),
    ...plan.weather.map(({ at, apiFaults }) => ({ at, happen: () => exotel.change({ apiFaults: { ...ApiFaults.parse({}), ...apiFaults } }) })),
    ...world.happenings(arrived, () => time.ours()),
  ])
  const exotel = await startSimulator({
    account: { sid: plan.account, apiKey: 'key', apiToken: 'token' },
    seed,
    clock: { now: time.now, sleepUntil: () => new Promise(() => {}) },
    history: plan.calls,
    rateLimitPerMinute: 0,
    traffic: plan.traffic,
    api: plan.api,
    outages: [],
  })
  for (const { from, to, as } of plan.outages) addOutage(exotel, time, from, to, as)
  const oracle = createOracle(plan, surroundings.pool, time, arrived.at)
  const run = createProcesses({ plan, time, exotel, arrived, beside: () => world.beside(arrived, time.now()), ...surroundings })
  const counts = { runs: 0 }
  try {
    for (;;) {
      const slotMs = slotAt(plan, time.now())
      time.passTo((Math.floor(time.now() / slotMs) + 1) * slotMs)
      await run.slot()
      await world.afterRun?.(arrived, time.ours())
      counts.runs += 1
      await oracle.check()
      if (oracle.findings().length > 0 || time.now() >= plan.calmFrom + CLOSED_WITHIN_MS) break
      if (time.now() < plan.calmFrom || !(await oracle.isAllFinal())) continue
      // One slot more leaves all as it is, unless it is asked for hours that nobody watched: their windows are new, and are to close too.
      await run.slot()
      await oracle.check()
      if (await oracle.isAllFinal()) break
    }
    if (oracle.findings().length === 0) await oracle.checkEnd(run.sentAt(), run.filteredAt())
  } finally {
    await run.close()
    await exotel.stop()
  }
  return {
    seed,
    findings: oracle.findings(),
    calls: plan.calls.length,
    windowsFinal: oracle.windowsFinal(),
    windowsWithoutCalls: oracle.windowsWithoutCalls(),
    missing: oracle.missing(),
    excused: oracle.excused(),
    amended: oracle.amended(),
    reconcilerRuns: counts.runs,
    kills: run.kills(),
    requests: run.sentAt().length,
    sweeps: run.filteredAt().size,
    virtualMs: Math.round(time.now() - plan.start),
  }
}

const slotAt = ({ paces }: RunPlan, now: Instant): number => (paces.findLast(({ at }) => at <= now) ?? (paces[0] as Pace)).slotMs

const addOutage = (exotel: Simulator, time: SimulatedTime, from: Instant, to: Instant, as: 'unavailable' | 'reset'): void =>
  exotel.beginOutage({ of: 'api', fromSecond: (from - time.now()) / SECOND, forSeconds: (to - from) / SECOND, as })
