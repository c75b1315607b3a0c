import { type ApiFault, drawApiFault } from './api/api-faults.ts'
import type { ApiState, ConnectedCall } from './api/api-state.ts'
import { createRateLimit } from './api/rate-window.ts'
import { type CallBook, createCallBook } from './calls/call-book.ts'
import type { CallOrder } from './calls/call-order.ts'
import { createCallSource } from './calls/call-source.ts'
import type { CallWorld } from './calls/call-world.ts'
import type { LedgerCall } from './calls/ledger-call.ts'
import type { SimulatorClock } from './clock/simulator-clock.ts'
import { sleepMs } from './clock/sleep-ms.ts'
import type { Cluster } from './cluster.ts'
import { LiveSettings, patchSettings } from './live-settings.ts'
import { createNoticeBook, type NoticeBook } from './notices/notice-book.ts'
import { noticeRequest } from './notices/notice-request.ts'
import { createNoticeSource, type NoticeSource } from './notices/notice-source.ts'
import type { OutageSchedule } from './outages.ts'
import { createCallPlayer } from './play-calls.ts'
import type { SimulatorEvent } from './simulator-event.ts'
import type { AccountSettings } from './simulator-options.ts'
import type { SimulatorStats } from './simulator-stats.ts'
import { createWebhookSender } from './webhooks/webhook-sender.ts'
import { webhookTarget } from './webhooks/webhook-target.ts'

/** How long an answer of the connect API waits, in real time, for the webhook that should come before it. */
const ANSWER_HELD_MS_MAX = 10_000

/** One account: its calls, its API, its webhooks. */
export interface SimulatedAccount {
  readonly sid: string
  readonly cluster: Cluster
  readonly book: CallBook
  readonly notices: NoticeBook
  api(): ApiState
  /** The fault of the next request, which is counted. */
  nextApiFault(): ApiFault | null
  countAnswer(answer: { readonly status: number; readonly spoilt: boolean }): void
  settings(): LiveSettings
  /** Throws an error that names what is wrong; then nothing has changed. */
  change(patch: unknown): LiveSettings
  beginDueCalls(): void
  /** Null: too many are waiting. */
  order(order: Omit<CallOrder, 'path'>): ConnectedCall | null
  play(): Promise<void>
  idle(): Promise<void>
  stats(): SimulatorStats
  close(): Promise<void>
}

export interface AccountSurroundings {
  readonly clock: SimulatorClock
  readonly outages: OutageSchedule
  readonly history: readonly LedgerCall[]
  readonly signal: AbortSignal
  readonly onEvent: (event: SimulatorEvent) => void
}

export const createSimulatedAccount = (settings: AccountSettings, { clock, outages, history, signal, onEvent }: AccountSurroundings): SimulatedAccount => {
  const { account, seed, traffic, webhooks, notices: plan } = settings
  const { sid, cluster, utcOffsetMinutes } = account
  const { webhookUrl, failoverUrl, faults, api, apiFaults, rateLimitPerMinute } = settings
  let live = LiveSettings.parse({ webhookUrl, failoverUrl, faults, api, apiFaults, rateLimitPerMinute })
  const rateOf = () => createRateLimit({ perMinute: live.rateLimitPerMinute, window: live.api.rateWindow, buckets: live.api.rateBuckets })
  let rate = rateOf()

  const world: CallWorld = {
    seed,
    account: sid,
    traffic,
    webhooks,
    utcOffsetMinutes,
    get faults() {
      return live.faults
    },
  }
  const book = createCallBook(settings.callsKeptMax, history[0]?.seq)
  for (const call of history) book.add(call)
  const noticeBook = createNoticeBook(settings.callsKeptMax)
  const source = createCallSource(world, (history.at(-1)?.seq ?? -1) + 1)
  let noticeSource: NoticeSource | null = null
  const targetOf = (address: string | null) => (address === null ? null : webhookTarget(address))
  const sender = createWebhookSender({ profile: webhooks, clock, target: () => targetOf(live.webhookUrl), failoverTarget: () => targetOf(live.failoverUrl), signal })
  const player = createCallPlayer({
    account: sid,
    source,
    notices: { nextAt: () => noticeSource?.nextAt() ?? null, take: () => (noticeSource as NoticeSource).take() },
    book,
    noticeBook,
    noticeRequest: (notice) => noticeRequest(notice, plan, utcOffsetMinutes),
    sender,
    outage: (now) => outages.inForce('webhooks', cluster, now),
    clock,
    signal,
    onEvent,
  })
  let isPlaying = false
  let requests = 0
  let [limited, spoilt] = [0, 0]

  const order: SimulatedAccount['order'] = (wanted) => {
    const made = player.order(wanted)
    if (made === null) return null
    const isFirst = made.call.webhooks[0]?.faults.includes('before-response') === true
    return { call: made.call, answerAfter: isFirst && made.settled !== null ? Promise.race([made.settled, sleepMs(ANSWER_HELD_MS_MAX, signal)]) : null }
  }

  return {
    sid,
    cluster,
    book,
    notices: noticeBook,
    api: () => ({ account, utcOffsetMinutes, book, profile: live.api, rate, connect: order, sms: noticeBook.sms, heartbeat: noticeBook.heartbeat }),
    nextApiFault: () => drawApiFault(live.apiFaults, seed, requests++),
    countAnswer({ status, spoilt: isSpoilt }) {
      if (status === 429) limited++
      if (isSpoilt) spoilt++
    },
    settings: () => live,
    change(patch) {
      const before = live
      live = patchSettings(live, patch)
      const { rateWindow, rateBuckets } = before.api
      if (live.rateLimitPerMinute !== before.rateLimitPerMinute || live.api.rateWindow !== rateWindow || live.api.rateBuckets !== rateBuckets) rate = rateOf()
      return live
    },
    beginDueCalls: player.beginDueCalls,
    order,
    async play() {
      source.begin(clock.now())
      noticeSource = createNoticeSource(world, plan, clock.now())
      isPlaying = true
      await player.play().finally(() => {
        isPlaying = false
      })
    },
    idle: player.idle,
    stats() {
      const { outcomes, ...counts } = player.counts()
      return {
        now: clock.now(),
        playing: isPlaying,
        callsBegun: counts.callsBegun,
        callsForgotten: book.forgotten(),
        webhooksExpected: counts.webhooksExpected,
        webhooksPending: counts.webhooksExpected - Object.values(outcomes).reduce((sum, count) => sum + count, 0),
        webhooksDelivered: outcomes.delivered,
        webhooksRefused: outcomes.refused,
        webhooksDropped: outcomes['dropped-on-purpose'],
        webhooksGivenUp: outcomes['given-up'],
        duplicatesDelivered: counts.duplicatesDelivered,
        noticesDue: counts.noticesDue,
        noticesDelivered: counts.noticesDelivered,
        apiRequests: requests,
        apiRequestsLimited: limited,
        apiRequestsSpoilt: spoilt,
      }
    },
    close: sender.close,
  }
}
