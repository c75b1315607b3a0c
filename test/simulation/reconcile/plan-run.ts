import type { CoverageRuleConfig } from '@rollcall/contracts/coverage-rule'
import type { SchedulePolicy } from '@rollcall/domain/schedule/schedule-policy'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { createCallSource } from '@rollcall/exotel-simulator/calls/call-source'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { createRandom, type Random } from '@rollcall/exotel-simulator/random'
import { TrafficPlan } from '@rollcall/exotel-simulator/traffic-plan'
import { WebhookFaults } from '@rollcall/exotel-simulator/webhook-faults'
import type { ClockSetting } from './simulated-time.ts'

/** What an account states where a plan says nothing else. */
const POLICY: SchedulePolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [-2 * MINUTE, MINUTE, 4 * MINUTE],
  sweepEveryMs: 5 * MINUTE,
  listLagMs: 2 * MINUTE,
  historyMs: 180 * DAY,
}

/** A time in which something goes wrong, half-open. */
export interface Span {
  readonly from: Instant
  readonly to: Instant
}

export interface ClockJump extends ClockSetting {
  readonly at: Instant
}

/** How long after a run of the reconciler the next one comes, from a moment on. */
export interface Pace {
  readonly at: Instant
  readonly slotMs: number
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
  /** What the account states, and what the oracle holds Rollcall to. */
  readonly policy: SchedulePolicy
  /** The account's own coverage rules, before the defaults. */
  readonly coverage: readonly CoverageRuleConfig[]
  /** Whether the rules promise that this call's end is told by a webhook. */
  readonly isPromised: (call: LedgerCall) => boolean
  /** Windows, by their beginning, that can never be final. */
  readonly neverFinal: ReadonlySet<Instant>
  /** How long a webhook may take after its call's end. */
  readonly webhookGraceMs: number
  /** When the last call has begun, more or less. */
  readonly trafficTo: Instant
  /** From when on nothing goes wrong any more. */
  readonly calmFrom: Instant
  readonly calls: readonly LedgerCall[]
  readonly traffic: object
  readonly paces: readonly Pace[]
  readonly ratePerMinute: number
  readonly pageRowsMax: number
  /** What the API does where Exotel's pages and live accounts disagree. */
  readonly api: object
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
const TRAFFIC_HOURS_MAX = 36
/** What goes wrong is drawn so often, so that a long run has as much of it in an hour as a short one. */
const TROUBLED_EVERY_MS = 8 * HOUR

export const planRun = (seed: number): RunPlan => {
  const chance = createRandom(seed, PLAN_STREAM)
  const either = <const T extends readonly unknown[]>(...of: T): T[number] => of[chance.integer(0, of.length - 1)]
  const account = `s${seed}`
  const start = BEGIN - chance.integer(0, 90) * MINUTE - chance.integer(0, 59) * SECOND
  const trafficMs = chance.integer(20, TRAFFIC_HOURS_MAX * 60) * MINUTE
  const count = Math.max(10, Math.round((trafficMs / WINDOW_MS) * either(0.2, 0.5, 1, 2)))
  const traffic = trafficOf(chance, count, trafficMs)
  const calmFrom = start + trafficMs + POLICY.maximumCallMs + chance.integer(0, 3) * HOUR
  const troubles = Math.ceil((calmFrom - start) / TROUBLED_EVERY_MS)
  const some = <T>(most: number, one: () => T): T[] => Array.from({ length: chance.integer(0, most * troubles) }, one)
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
    policy: POLICY,
    coverage: [],
    isPromised: ({ truth }) => truth.direction === 'outbound-api',
    neverFinal: new Set(),
    webhookGraceMs: either(MINUTE, 10 * MINUTE, 10 * MINUTE),
    trafficTo: start + trafficMs,
    calmFrom,
    calls,
    traffic,
    paces: pacesOf(chance, start, start + trafficMs),
    ratePerMinute: either(10, 50, 200),
    pageRowsMax: either(3, 7, 100, 100),
    api: {
      listDetails: either('ignored', 'given', 'refused'),
      durationFilter: either('honoured', 'honoured', 'ignored', 'refused'),
      noNextPage: either('null', 'empty', 'missing'),
      total: either('exact', 'rounded', 'absent'),
      createdBounds: either('inclusive', 'to-exclusive', 'exclusive'),
    },
    killRate: either(0, 0.05, 0.2),
    outages: some(2, () => ({ ...span(3 * HOUR), as: either('unavailable', 'reset') })),
    blackouts: some(2, () => span(2 * HOUR)),
    stalls: some(2, () => span(HOUR)),
    jumps: [
      ...some(either(0, 4, 60, 200), () => ({
        at: momentOf(chance, calls, start, calmFrom),
        aheadMs: either(-2 * HOUR, -MINUTE, -7 * SECOND, 7 * SECOND, MINUTE, 2 * HOUR, 0),
        drift: either(0, 0, -0.1, -0.001, 0.001, 0.1),
        isMonotonicToo: either(false, true),
      })),
      { at: calmFrom, aheadMs: 0, drift: 0, isMonotonicToo: true },
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

/**
 * The schedule's own pace is 20 seconds. Most of the time runs come less often, so that more windows can be simulated; what a slow pace
 * leaves out, an earlier look at a window that is not over, the fast one has.
 */
const PACES = [
  { weight: 1, slotMs: 20 * SECOND, forMs: 15 * MINUTE },
  { weight: 1, slotMs: MINUTE, forMs: 30 * MINUTE },
  { weight: 2, slotMs: 2 * MINUTE, forMs: HOUR },
  { weight: 3, slotMs: 5 * MINUTE, forMs: 2 * HOUR },
  { weight: 6, slotMs: 10 * MINUTE, forMs: 3 * HOUR },
  { weight: 10, slotMs: 30 * MINUTE, forMs: 8 * HOUR },
  { weight: 10, slotMs: HOUR, forMs: 10 * HOUR },
  { weight: 10, slotMs: 2 * HOUR, forMs: 14 * HOUR },
] as const
/** When calls are no longer made and windows only wait to become final, a run more or less shows nothing new. */
const WAITING_SLOT_MS = 30 * MINUTE
/** By then the last trailing pass of the last window is over. */
const SETTLED_AFTER_MS = 20 * MINUTE

const pacesOf = (chance: Random, from: Instant, trafficTo: Instant): readonly Pace[] => {
  const waitingFrom = trafficTo + SETTLED_AFTER_MS
  const paces: Pace[] = []
  for (let at = from; at < waitingFrom; ) {
    const { slotMs, forMs } = chance.pick(PACES)
    paces.push({ at, slotMs })
    at += chance.integer(slotMs, forMs)
  }
  return [...paces, { at: waitingFrom, slotMs: WAITING_SLOT_MS }]
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
    'shortPageRate',
    'duplicateRowRate',
    'outOfOrderRate',
    'missingFieldRate',
    'cursorLoopRate',
    'resetRate',
  ]
  return Object.fromEntries(names.flatMap((name) => (chance.chance(0.4) ? [[name, chance.unit() * 0.08]] : [])))
}
