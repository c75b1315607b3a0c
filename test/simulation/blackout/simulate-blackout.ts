/**
 * Webhooks fail for hours while calls go on: how soon the real reconciler finds each call, between the simulated Exotel, a real log and a
 * real Postgres, in virtual time. It begins as if it had always run, with windows to finalise and long calls under way.
 */
import { type Instant, MINUTE } from '@rollcall/domain/time'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import type { Pool } from '@rollcall/store/pool'
import { createSimulatedTime } from '../reconcile/simulated-time.ts'
import type { Surroundings } from '../reconcile/surroundings.ts'
import { type BlackoutSettings, FOUND_WITHIN_MS, planBlackout, SLOT_MS, shareOf } from './blackout-plan.ts'
import { createBlackoutReconciler } from './blackout-reconciler.ts'
import { holdHistory } from './hold-history.ts'

export interface BlackoutReport {
  readonly seed: number
  readonly calls: number
  readonly backfilled: number
  /** From the list's first showing a call to its row's being in the log, of all calls that were lost and of the long ones. Seconds. */
  readonly delay: Delays
  readonly longDelay: Delays & { readonly calls: number }
  /** The most requests that left within any 60 seconds, and how many may. */
  readonly requestsPerMinuteMax: number
  readonly share: number
  /** Per minute of the blackout, by what they were spent on. */
  readonly requestsPerMinute: Readonly<Record<string, number>>
  readonly runs: number
}

export interface Delays {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Longer than this a call counts as long: no trailing pass reads it. */
const LONG_CALL_MS = 15 * MINUTE

export const simulateBlackout = async (surroundings: Surroundings, settings: BlackoutSettings, onProgress: (text: string) => void = () => {}): Promise<BlackoutReport> => {
  const plan = planBlackout(settings)
  onProgress(`${plan.calls.length} calls planned, ${plan.lost.length} of them end in the blackout`)
  await holdHistory(plan, surroundings)
  onProgress('what came before is held')
  const time = createSimulatedTime(plan.start, [])
  const exotel = await startSimulator({
    account: { sid: plan.account, apiKey: 'key', apiToken: 'token' },
    seed: settings.seed,
    clock: { now: time.now, sleepUntil: () => new Promise(() => {}) },
    history: plan.calls,
    callsKeptMax: plan.calls.length + 1,
    // Its limit counts real time; what may be sent is held against the share below.
    rateLimitPerMinute: 0,
    traffic: plan.traffic,
    api: { durationFilter: settings.durationFilter },
  })
  const reconciler = createBlackoutReconciler(plan, time, exotel.url, surroundings)
  let runs = 0
  let toldAt = plan.start
  let begunIn = slotOf(plan.start)
  const isFound = ({ callSid }: LedgerCall): boolean => reconciler.durableAt(callSid) !== undefined
  try {
    while (time.now() < plan.to + FOUND_WITHIN_MS && !(time.now() >= plan.to + MINUTE && plan.lost.every(isFound))) {
      // As slots mark a run as due: one that came during a run is taken up at once, and otherwise the next one is waited for.
      if (slotOf(time.now()) === begunIn) time.passTo((begunIn + 1) * SLOT_MS)
      begunIn = slotOf(time.now())
      await reconciler.slot()
      runs += 1
      if (time.now() - toldAt < 10 * MINUTE) continue
      toldAt = time.now()
      onProgress(`${Math.round((time.now() - plan.from) / MINUTE)} minutes: ${plan.lost.filter(isFound).length} calls found, ${reconciler.sentAt().length} requests`)
    }
  } finally {
    await reconciler.close()
    await exotel.stop()
  }
  const delaysOf = (calls: readonly LedgerCall[]): Delays =>
    quantiles(calls.map(({ callSid, visible }) => Math.max(0, (reconciler.durableAt(callSid) ?? time.now()) - (visible.listedFrom as Instant)) / 1_000))
  const long = plan.lost.filter(({ visible: { begunAt, hungUpAt } }) => hungUpAt - begunAt >= LONG_CALL_MS)
  return {
    seed: settings.seed,
    calls: plan.lost.length,
    backfilled: plan.lost.filter(isFound).length,
    delay: delaysOf(plan.lost),
    longDelay: { calls: long.length, ...delaysOf(long) },
    requestsPerMinuteMax: mostWithin(reconciler.sentAt(), MINUTE),
    share: shareOf(settings),
    requestsPerMinute: await requestsByLane(surroundings.pool, plan.account, plan.from, plan.to),
    runs,
  }
}

const slotOf = (at: Instant): number => Math.floor(at / SLOT_MS)

/** Calls that were never found count with the time that they have waited. */
const quantiles = (seconds: readonly number[]): Delays => {
  const sorted = seconds.toSorted((a, b) => a - b)
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0)
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

const mostWithin = (sorted: readonly Instant[], spanMs: number): number => {
  let [first, most] = [0, 0]
  for (const [nth, at] of sorted.entries()) {
    while (at - (sorted[first] as Instant) >= spanMs) first += 1
    most = Math.max(most, nth - first + 1)
  }
  return most
}

const requestsByLane = async (pool: Pool, account: string, from: Instant, to: Instant): Promise<Readonly<Record<string, number>>> => {
  const bounds = [account, new Date(from), new Date(to)]
  const { rows } = await pool.query<{ lane: string; requests: number }>(
    `SELECT lane, sum(requests)::int AS requests FROM rollcall.scans WHERE account = $1 AND started_at >= $2 AND started_at < $3 GROUP BY lane ORDER BY lane`,
    bounds,
  )
  const runs = await pool.query<{ requests: number }>(
    'SELECT coalesce(sum(requests), 0)::int AS requests FROM rollcall.runs WHERE account = $1 AND started_at >= $2 AND started_at < $3',
    bounds,
  )
  const scanned = rows.reduce((sum, { requests }) => sum + requests, 0)
  const perMinute = (requests: number): number => Math.round((requests * MINUTE * 10) / (to - from)) / 10
  return { ...Object.fromEntries(rows.map(({ lane, requests }) => [lane, perMinute(requests)])), other: perMinute((runs.rows[0]?.requests ?? 0) - scanned) }
}
