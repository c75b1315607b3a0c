import { AccountConfig } from '@rollcall/contracts/accounts-file'
import { type SchedulePolicy, schedulePolicyOf } from '@rollcall/domain/schedule/schedule-policy'
import { HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { type Window, windowAt, windowsBetween } from '@rollcall/domain/window/window'
import { finalisableAt } from '@rollcall/domain/window/window-state'
import { createCallSource } from '@rollcall/exotel-simulator/calls/call-source'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { TrafficPlan } from '@rollcall/exotel-simulator/traffic-plan'
import { WebhookFaults } from '@rollcall/exotel-simulator/webhook-faults'

/** What a blackout is tried with. */
export interface BlackoutSettings {
  readonly seed: number
  readonly callsPerSecond: number
  readonly blackoutMs: number
  /** No call is longer. */
  readonly longestCallMs: number
  readonly rateLimitPerMinute: number
  readonly rateShare: number
  /** What the list does with `Duration=gte:…`. */
  readonly durationFilter: 'honoured' | 'ignored' | 'refused'
}

export interface BlackoutPlan extends BlackoutSettings {
  readonly account: string
  readonly settings: AccountConfig
  readonly policy: SchedulePolicy
  /** When the reconciler begins, in the middle of the traffic: what is older is held already. */
  readonly start: Instant
  /** No webhook of these two hours arrives. */
  readonly from: Instant
  readonly to: Instant
  /** When the last call has begun. */
  readonly end: Instant
  readonly calls: readonly LedgerCall[]
  /** Those that ended in the blackout, whenever they began: nothing but reconciliation can tell of them. */
  readonly lost: readonly LedgerCall[]
  /** That are not final when the reconciler begins, the oldest just old enough to be finalised. */
  readonly windows: readonly Window[]
  readonly traffic: object
}

/** Until the finalising scans of two windows have begun to be made: so long as nothing is measured. */
const WARM_UP_MS = 15 * MINUTE
/** What is not found by then is told as not found. */
export const FOUND_WITHIN_MS = 30 * MINUTE
export const MEAN_CALL_SECONDS = 120
/** One call in fifty lasts so long, up to as long as a call may. */
export const LONG_CALLS = { share: 0.02, minSeconds: 15 * 60 }
const LIST_LAG_SECONDS_MAX = 60
const BLACKOUT_FROM = Date.UTC(2026, 0, 15, 9)

/** The account, as its file would have it. */
export const accountOf = ({ seed, rateLimitPerMinute, rateShare, longestCallMs }: BlackoutSettings): AccountConfig =>
  AccountConfig.parse({
    sid: `blackout${seed}`,
    cluster: 'mumbai',
    apiKeyFile: 'key',
    apiTokenFile: 'token',
    webhookSecretFiles: ['secret'],
    rateLimitPerMinute,
    rateShare,
    maximumCallSeconds: longestCallMs / SECOND,
  })

export const planBlackout = (settings: BlackoutSettings): BlackoutPlan => {
  const config = accountOf(settings)
  const account = config.sid
  const policy = schedulePolicyOf(config)
  const [from, to] = [BLACKOUT_FROM, BLACKOUT_FROM + settings.blackoutMs]
  const start = from - WARM_UP_MS
  const end = to + FOUND_WITHIN_MS
  const windows = windowsBetween(start - policy.maximumCallMs - HOUR, start).filter((window) => finalisableAt(window, policy) > start)
  const first = (windows[0] ?? windowAt(start)).from
  const traffic = {
    callsPerSecond: settings.callsPerSecond,
    kinds: { 'outbound-extended': 4, 'outbound-flow': 2, 'outbound-default': 2, 'inbound-passthru': 2, 'inbound-silent': 1, dashboard: 1 },
    callSeconds: { mean: MEAN_CALL_SECONDS, max: settings.longestCallMs / SECOND },
    longCalls: { ...LONG_CALLS, maxSeconds: settings.longestCallMs / SECOND },
    listLagSeconds: { min: 0, max: LIST_LAG_SECONDS_MAX },
  }
  const calls = [...callsBetween(settings.seed, account, traffic, first, end)]
  return {
    ...settings,
    account,
    settings: config,
    policy,
    start,
    from,
    to,
    end,
    calls,
    lost: calls.filter(({ visible: { hungUpAt, listedFrom } }) => hungUpAt >= from && hungUpAt < to && listedFrom !== null),
    windows,
    traffic,
  }
}

function* callsBetween(seed: number, account: string, traffic: object, from: Instant, to: Instant): Generator<LedgerCall> {
  const source = createCallSource({ seed, account, traffic: TrafficPlan.parse(traffic), faults: WebhookFaults.parse({}) })
  source.begin(from)
  for (let at = source.nextAt(); at !== null && at < to; at = source.nextAt()) yield source.take()
}

/** Requests that may leave in any minute. */
export const shareOf = ({ rateLimitPerMinute, rateShare }: BlackoutSettings): number => rateLimitPerMinute * rateShare

/** What a blackout is tried with where nothing else is said. */
export const USUAL: Omit<BlackoutSettings, 'seed'> = {
  callsPerSecond: 15,
  blackoutMs: 2 * HOUR,
  longestCallMs: 4 * HOUR,
  rateLimitPerMinute: 200,
  rateShare: 0.25,
  durationFilter: 'honoured',
}

export const SLOT_MS = 20 * SECOND
