import { HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import type { ClosingPolicy } from '@rollcall/domain/window/closing-policy'
import { createCallSource } from '@rollcall/exotel-simulator/calls/call-source'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { createRandom, type Random } from '@rollcall/exotel-simulator/random'
import { TrafficPlan } from '@rollcall/exotel-simulator/traffic-plan'
import { WebhookFaults } from '@rollcall/exotel-simulator/webhook-faults'

/** What an account states, and what the oracle holds Rollcall to. */
export const POLICY: ClosingPolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [MINUTE, 3 * MINUTE, 6 * MINUTE],
}

/** A time in which something goes wrong, half-open. */
export interface Span {
  readonly from: Instant
  readonly to: Instant
}

export interface ClockJump {
  readonly at: Instant
  /** How far our clock is ahead of the true time from then on. */
  readonly aheadMs: number
}

/** Rates of the API's faults from a moment on. */
export interface Weather {
  readonly at: Instant
  readonly apiFaults: Readonly<Record<string, number>>
}

/** All that chance decides before a run begins. What it decides later, it draws from the run's own streams. */
export interface RunPlan {
  readonly seed: number
  readonly account: string
  readonly start: Instant
  /** How long a webhook may take after its call's end. */
  readonly webhookGraceMs: number
  /** When the last call has begun, more or less. */
  readonly trafficTo: Instant
  /** From when on nothing goes wrong any more. */
  readonly calmFrom: Instant
  readonly calls: readonly LedgerCall[]
  readonly traffic: object
  readonly slotMs: number
  readonly ratePerMinute: number
  readonly pageRowsMax: number
  readonly listDetails: 'ignored' | 'given' | 'refused'
  /** Chance of being killed in a run of the reconciler. */
  readonly killRate: number
  readonly outages: readonly (Span & { readonly as: 'unavailable' | 'reset' })[]
  readonly blackouts: readonly Span[]
  readonly stalls: readonly Span[]
  readonly jumps: readonly ClockJump[]
  readonly weather: readonly Weather[]
}

const PLAN_STREAM = 101
/** Of Exotel's own stating: what the list shows later than this breaks its promise. */
const LIST_LAG_SECONDS_MAX = 600
/** Midnight in India, where windows, days and filters all have an edge. */
const BEGIN = Date.UTC(2026, 0, 14, 18, 30)

export const planRun = (seed: number): RunPlan => {
  const chance = createRandom(seed, PLAN_STREAM)
  const either = <const T extends readonly unknown[]>(...of: T): T[number] => of[chance.integer(0, of.length - 1)]
  const account = `s${seed}`
  const start = BEGIN - chance.integer(0, 90) * MINUTE - chance.integer(0, 59) * SECOND
  const trafficMs = chance.integer(20, 120) * MINUTE
  const count = chance.integer(10, 120)
  const traffic = trafficOf(chance, count, trafficMs)
  const calmFrom = start + trafficMs + POLICY.maximumCallMs + chance.integer(0, 3) * HOUR
  const some = <T>(most: number, one: () => T): T[] => Array.from({ length: chance.integer(0, most) }, one)
  const span = (longestMs: number): Span => {
    const from = chance.integer(start, calmFrom - 1)
    return { from, to: Math.min(calmFrom, from + chance.integer(MINUTE, longestMs)) }
  }
  const source = createCallSource({
    seed,
    account,
    traffic,
    faults: WebhookFaults.parse({
      dropRate: either(0, 0.1, 0.5, 1),
      duplicateRate: either(0, 0.2),
      reorderRate: either(0, 0.2),
      delay: { rate: either(0, 0.2), seconds: 1, secondsMax: either(120, 7_200) },
    }),
  })
  source.begin(start)
  const calls = [...taken(source)]
  return {
    seed,
    account,
    start,
    webhookGraceMs: either(MINUTE, 10 * MINUTE, 10 * MINUTE),
    trafficTo: start + trafficMs,
    calmFrom,
    calls,
    traffic,
    slotMs: either(MINUTE, 2 * MINUTE, 5 * MINUTE),
    ratePerMinute: either(10, 50, 200),
    pageRowsMax: either(3, 7, 100),
    listDetails: either('ignored', 'given', 'refused'),
    killRate: either(0, 0.05, 0.2),
    outages: some(2, () => ({ ...span(3 * HOUR), as: either('unavailable', 'reset') })),
    blackouts: some(2, () => span(2 * HOUR)),
    stalls: some(2, () => span(HOUR)),
    jumps: [
      ...some(either(0, 4, 60, 200), () => ({ at: momentOf(chance, calls, start, calmFrom), aheadMs: either(-2 * HOUR, -MINUTE, -7 * SECOND, 7 * SECOND, MINUTE, 2 * HOUR, 0) })),
      { at: calmFrom, aheadMs: 0 },
    ],
    weather: [...some(6, () => ({ at: chance.integer(start, calmFrom), apiFaults: faultsOf(chance) })), { at: calmFrom, apiFaults: {} }],
  }
}

/** Any moment, or one just after a call has ended, when its webhook is awaited. */
const momentOf = (chance: Random, calls: readonly LedgerCall[], from: Instant, to: Instant): Instant => {
  const call = chance.chance(0.5) ? calls[chance.integer(0, calls.length - 1)] : undefined
  const at = call === undefined ? chance.integer(from, to - 1) : call.truth.endedAt + chance.integer(0, 2 * MINUTE)
  return Math.min(at, to - 1)
}

function* taken(source: ReturnType<typeof createCallSource>): Generator<LedgerCall> {
  while (source.nextAt() !== null) yield source.take()
}

const trafficOf = (chance: Random, calls: number, trafficMs: number): TrafficPlan =>
  TrafficPlan.parse({
    calls,
    callsPerSecond: (calls * SECOND) / trafficMs,
    // Only kinds whose webhooks the default coverage rules know.
    kinds: { 'outbound-extended': 4, 'outbound-flow': 2, 'outbound-default': 2, 'inbound-passthru': 2, 'inbound-silent': 1, 'inbound-transfer': 1, dashboard: 1 },
    callSeconds: { mean: chance.chance(0.5) ? 60 : 600, max: 7_200 },
    longCalls: { share: chance.chance(0.5) ? 0.2 : 0, minSeconds: 3_600, maxSeconds: 14_400 },
    listLagSeconds: { min: 0, max: chance.chance(0.5) ? LIST_LAG_SECONDS_MAX : 10 },
    finalisationLagSeconds: { min: 0, max: chance.chance(0.3) ? LIST_LAG_SECONDS_MAX : 20 },
    lateRecordings: { share: chance.chance(0.3) ? 0.3 : 0 },
    changes: { rate: chance.chance(0.5) ? 0.4 : 0, afterSeconds: { min: 60, max: 18_000 }, fields: ['price', 'status', 'durationSeconds', 'recordingUrl'] },
    vanishing: { rate: chance.chance(0.5) ? 0.3 : 0, afterSeconds: { min: 60, max: 16_000 }, forSeconds: { min: 60, max: 2_400 } },
  })

/** Rates that add up to less than one. */
const faultsOf = (chance: Random): Readonly<Record<string, number>> => {
  if (chance.chance(0.25)) return { limitedRate: 0.9 }
  const names = [
    'serverErrorRate',
    'badGatewayRate',
    'unavailableRate',
    'limitedRate',
    'htmlRate',
    'truncatedRate',
    'emptyPageRate',
    'duplicateRowRate',
    'outOfOrderRate',
    'missingFieldRate',
    'cursorLoopRate',
    'resetRate',
  ]
  return Object.fromEntries(names.flatMap((name) => (chance.chance(0.4) ? [[name, chance.unit() * 0.08]] : [])))
}
