/**
 * A day with every kind of loss, made up from a seed: calls of every kind about the midnight of India's time and over the edges of windows, whose webhooks
 * meet every fate in turn; calls that no list shows, calls that do not exist, some that never end. The ledger of it is what was true.
 */
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { EXOPHONES } from '@rollcall/exotel-simulator/calls/call-kind'
import type { CallOrder } from '@rollcall/exotel-simulator/calls/call-order'
import { createCallSource } from '@rollcall/exotel-simulator/calls/call-source'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { TrafficPlan } from '@rollcall/exotel-simulator/traffic-plan'
import { WebhookFaults } from '@rollcall/exotel-simulator/webhook-faults'
import type { RunPlan } from '../reconcile/plan-run.ts'
import { type DayTimes, FATES, type Fate } from './fates.ts'

export interface DayPlan extends RunPlan, DayTimes {
  /** Of each webhook that tells of the end of a call. All others are kept. */
  readonly fates: ReadonlyMap<LedgerWebhook, Fate>
  /** Calls that somebody made up who knows our secret; no API knows them. */
  readonly forged: readonly LedgerCall[]
  /** From when on a host's spool is not empty; it is up to `drainedAt`. */
  readonly spooledFrom: Instant
  /** When what was misread is released from quarantine. */
  readonly releasedAt: Instant
}

const DAY_STREAM = 201
/** Midnight in India. */
const MIDNIGHT = Date.UTC(2026, 0, 14, 18, 30)
const BEFORE_MIDNIGHT_MS = 65 * MINUTE
const GRACE_MS = 10 * MINUTE
/** So short that the window of a call that never ends is a gap within the run, and yet longer than a window's ageing takes. */
const HISTORY_MS = 30 * HOUR
const LONGEST_CALL_MS = 4 * HOUR
const SETTLE_MS = 10 * MINUTE
/** Exotel's own calls, which report to nobody, stand beside those that do. */
const SILENT_RULE = { name: 'calls without a callback', exophones: [EXOPHONES['outbound-silent']], expects: [] }
const REPORTING = ['outbound-extended', 'outbound-default', 'outbound-flow'] as const
const OTHERS = ['inbound-passthru', 'dashboard', 'campaign', 'outbound-silent', 'inbound-silent', 'outbound-v3', 'inbound-abandoned', 'outbound-undialled'] as const
const FORGED_MAX = 6
const STUCK_SECONDS = 400_000

/** @param hours for how long calls are made, from about an hour before midnight on */
export const planDay = (seed: number, hours: number): DayPlan => {
  const chance = createRandom(seed, DAY_STREAM)
  const account = `day${seed}`
  const start = MIDNIGHT - BEFORE_MIDNIGHT_MS - chance.integer(0, 4 * 60) * SECOND
  const trafficTo = start + hours * HOUR
  const endsAt = trafficTo + HISTORY_MS + 2 * HOUR
  const traffic = trafficOf()
  const orders = ordersOf(start, trafficTo, () => chance.integer(1, WINDOW_MS))
  const source = createCallSource({ seed, account, traffic, faults: WebhookFaults.parse({}) })
  // One that never ends, and of which nothing was told, is known to nobody, and no list could be asked for it.
  const calls = orders.map(({ at, ...order }) => source.order(at, order)).filter(({ truth, webhooks }) => truth.endedAt < endsAt || webhooks.some(({ dueAt }) => dueAt < endsAt))
  const spooled = { from: start + 20 * MINUTE, to: start + Math.min(hours, 4) * HOUR + 2 * HOUR }
  const stuck = calls.filter(({ truth }) => truth.endedAt > endsAt)
  return {
    seed,
    account,
    start,
    policy: {
      maximumCallMs: LONGEST_CALL_MS,
      settleMs: SETTLE_MS,
      provisionalSettleMs: MINUTE,
      finalScansApartMs: 10 * MINUTE,
      trailingPassesMs: [-2 * MINUTE, MINUTE, 4 * MINUTE],
      sweepEveryMs: 5 * MINUTE,
      listLagMs: 2 * MINUTE,
      historyMs: HISTORY_MS,
    },
    coverage: [SILENT_RULE],
    isPromised: (call) => isPromised(call) && !stuck.includes(call),
    neverFinal: new Set(stuck.map(({ truth }) => windowAt(truth.createdAt).from)),
    webhookGraceMs: GRACE_MS,
    trafficTo,
    calmFrom: endsAt,
    calls,
    traffic,
    paces: [
      { at: start, slotMs: 5 * MINUTE },
      { at: start + HOUR, slotMs: 10 * MINUTE },
      { at: trafficTo + 40 * MINUTE, slotMs: 30 * MINUTE },
      { at: trafficTo + 6 * HOUR, slotMs: hours > 4 ? HOUR : 2 * HOUR },
      { at: endsAt - 3 * HOUR, slotMs: 30 * MINUTE },
    ],
    ratePerMinute: 200,
    pageRowsMax: 100,
    api: { listDetails: 'given', durationFilter: 'honoured', noNextPage: 'null', total: 'exact', createdBounds: 'inclusive' },
    killRate: 0.05,
    outages: [{ from: start + 50 * MINUTE, to: start + 75 * MINUTE, as: 'unavailable' }],
    blackouts: [],
    stalls: [{ from: start + 30 * MINUTE, to: start + 42 * MINUTE }],
    jumps: [],
    weather: [
      { at: start, apiFaults: { serverErrorRate: 0.04, truncatedRate: 0.04, shortPageRate: 0.04, limitedRate: 0.04 } },
      { at: trafficTo, apiFaults: {} },
    ],
    fates: fatesOf(
      calls.filter(({ truth }) => truth.endedAt < endsAt),
      spooled,
    ),
    forged: forgedOf(seed, account, traffic, start, trafficTo),
    spooledFrom: spooled.from,
    drainedAt: spooled.to,
    releasedAt: endsAt - 90 * MINUTE,
    veryLateAt: endsAt - 60 * MINUTE,
  }
}

/** By its kind: what makes a call decides what Exotel tells of it. Of calls to voice v3 and of undialled ones no list knows, and nobody would miss a webhook. */
export const isPromised = ({ kind }: LedgerCall): boolean => [...REPORTING, 'outbound-v3', 'outbound-undialled'].some((each) => each === kind)

interface DatedOrder extends Omit<CallOrder, 'path'> {
  readonly at: Instant
}

/** In the order of time: three in a window or so, and those that lie on an edge. */
const ordersOf = (start: Instant, to: Instant, apartMs: () => number): readonly DatedOrder[] => {
  const edge = windowAt(start + 30 * MINUTE).to
  const orders: DatedOrder[] = [MIDNIGHT - SECOND, MIDNIGHT, edge - 1, edge, edge + WINDOW_MS - SECOND, edge + WINDOW_MS].map((at) => ({ at, kind: 'outbound-default' }))
  orders.push({ at: start + 10 * MINUTE, kind: 'outbound-extended', seconds: 3 * 3_600 + 17 * 60 }, { at: MIDNIGHT - 20 * SECOND, kind: 'outbound-extended', seconds: 90 })
  // Of one of which nobody picks up nothing is told before its end: so there are two. Past midnight, so that nothing looks at the day before any more.
  for (const at of [80, 95]) orders.push({ at: start + at * MINUTE, kind: 'outbound-extended', seconds: STUCK_SECONDS, wantsAnswered: true })
  let nth = 0
  for (let at = start + MINUTE; at < to; at += Math.ceil(apartMs() / 1.4)) {
    nth += 1
    const kind = nth % 5 < 3 ? REPORTING[Math.floor(nth / 5 + (nth % 5)) % REPORTING.length] : OTHERS[Math.floor((nth * 2) / 5) % OTHERS.length]
    orders.push({ at, ...(kind === undefined ? {} : { kind }) })
  }
  return orders.toSorted((a, b) => a.at - b.at)
}

/** In turn, over the webhooks that tell of the end of a call that is listed; a webhook is spooled only while a host cannot reach the log. */
const fatesOf = (calls: readonly LedgerCall[], spooled: { readonly from: Instant; readonly to: Instant }): ReadonlyMap<LedgerWebhook, Fate> => {
  const fates = new Map<LedgerWebhook, Fate>()
  for (const { kind, visible, webhooks } of calls) {
    if (!REPORTING.some((each) => each === kind) || visible.listedFrom === null) continue
    for (const webhook of webhooks) {
      if (webhook.event === 'status-callback/answered') continue
      const fate = FATES[fates.size % FATES.length] ?? 'kept'
      fates.set(webhook, fate === 'spooled' && (webhook.dueAt < spooled.from || webhook.dueAt >= spooled.to) ? 'kept' : fate)
    }
  }
  return fates
}

const forgedOf = (seed: number, account: string, traffic: TrafficPlan, from: Instant, to: Instant): readonly LedgerCall[] => {
  const source = createCallSource({ seed: seed + 1_000_003, account, traffic, faults: WebhookFaults.parse({}) })
  const apartMs = Math.floor((to - from) / FORGED_MAX)
  return Array.from({ length: FORGED_MAX }, (_, nth) => source.order(from + nth * apartMs + 3 * MINUTE, { kind: nth % 3 === 2 ? 'outbound-default' : 'outbound-extended' }))
}

const trafficOf = (): TrafficPlan =>
  TrafficPlan.parse({
    callSeconds: { mean: 90, max: 3_600 },
    kinds: { 'outbound-extended': 1 },
    campaignCallbacks: true,
    undialledListed: false,
    v3Listed: false,
    listLagSeconds: { min: 0, max: 300 },
    finalisationLagSeconds: { min: 0, max: 60 },
    lateRecordings: { share: 0.4, lagSeconds: { min: 3_600, max: 14 * 3_600 } },
    changes: { rate: 0.2, afterSeconds: { min: 6 * 3_600, max: DAY / SECOND - 3_600 }, fields: ['price', 'durationSeconds'] },
  })
