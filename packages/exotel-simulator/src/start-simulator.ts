import { setMaxListeners } from 'node:events'
import { createRateWindow } from './api/rate-window.ts'
import { createCallBook } from './calls/call-book.ts'
import { createCallSource } from './calls/call-source.ts'
import type { LedgerCall } from './calls/ledger-call.ts'
import { realClock } from './clock/real-clock.ts'
import { createCallPlayer } from './play-calls.ts'
import { serveHttp } from './serve-http.ts'
import { readOptions, type SimulatorOptions } from './simulator-options.ts'
import type { SimulatorStats } from './simulator-stats.ts'
import { createWebhookSender } from './webhooks/webhook-sender.ts'
import { type WebhookTarget, webhookTarget } from './webhooks/webhook-target.ts'

/** What was true. The entries are live: a webhook's outcome is filled in when it is known. */
export interface Ledger {
  /** Every call begun so far, in the order of creation, its future included. */
  calls(): readonly LedgerCall[]
  call(callSid: string): LedgerCall | undefined
}

export interface Simulator {
  /** Without a trailing slash; the REST API is below `/v1`. */
  readonly url: string
  readonly ledger: Ledger
  /** Makes the planned calls, once. Resolves when the last webhook has been sent, dropped or given up; at once after stop(). */
  play(): Promise<void>
  setWebhookUrl(url: string): void
  stats(): SimulatorStats
  /** Ends playing and serving. Safe to call twice. Webhooks that were under way stay `pending`. */
  stop(): Promise<void>
}

/** Starts Exotel over HTTP for one account. No call is made before `play()`. */
export const startSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const settings = readOptions(options)
  const { account, seed, traffic, faults, rateLimitPerMinute } = settings
  const { history = [], clock = realClock } = options
  let target: WebhookTarget | null = settings.webhookUrl === undefined ? null : webhookTarget(settings.webhookUrl)

  const failover = settings.failoverUrl === undefined ? null : webhookTarget(settings.failoverUrl, 'failoverUrl')

  const stopping = new AbortController()
  const { signal } = stopping
  // Every sleeping retry listens; their number is bounded by the sender.
  setMaxListeners(0, signal)
  const book = createCallBook(settings.callsKeptMax, history[0]?.seq)
  for (const call of history) book.add(call)
  const nextSeq = (history.at(-1)?.seq ?? -1) + 1
  const sender = createWebhookSender({ profile: settings.webhooks, clock, target: () => target, failoverTarget: () => failover, signal })
  let player: ReturnType<typeof createCallPlayer> | null = null
  let playing: Promise<void> | null = null
  let isPlaying = false
  let stopped: Promise<unknown> | null = null
  let [apiRequests, apiRequestsLimited] = [0, 0]

  const stats = (): SimulatorStats => {
    const counts = player?.counts()
    const outcomes = counts?.outcomes ?? { delivered: 0, refused: 0, 'dropped-on-purpose': 0, 'given-up': 0 }
    const webhooksExpected = counts?.webhooksExpected ?? 0
    return {
      now: clock.now(),
      playing: isPlaying,
      callsBegun: counts?.callsBegun ?? 0,
      callsForgotten: book.forgotten(),
      webhooksExpected,
      webhooksPending: webhooksExpected - Object.values(outcomes).reduce((sum, count) => sum + count, 0),
      webhooksDelivered: outcomes.delivered,
      webhooksRefused: outcomes.refused,
      webhooksDropped: outcomes['dropped-on-purpose'],
      webhooksGivenUp: outcomes['given-up'],
      duplicatesDelivered: counts?.duplicatesDelivered ?? 0,
      apiRequests,
      apiRequestsLimited,
    }
  }
  const now = () => {
    player?.beginDueCalls()
    return clock.now()
  }
  const server = await serveHttp({
    host: settings.host,
    port: settings.port,
    api: { account, book, profile: settings.api, rate: createRateWindow(rateLimitPerMinute), rateLimitPerMinute },
    now,
    ledger: book.all,
    stats,
    onAnswer: ({ status }) => {
      apiRequests++
      if (status === 429) apiRequestsLimited++
    },
  })

  return {
    url: server.url,
    ledger: { calls: book.all, call: book.bySid },
    async play() {
      if (playing !== null) throw new Error('play() was called before: start another simulator to play again')
      const source = createCallSource({ seed, account: account.sid, traffic, faults, webhooks: settings.webhooks }, clock.now(), nextSeq)
      player = createCallPlayer({ source, book, sender, clock, signal, onEvent: options.onEvent ?? (() => {}) })
      isPlaying = true
      playing = player.play().finally(() => {
        isPlaying = false
      })
      await playing
    },
    setWebhookUrl(url) {
      target = webhookTarget(url)
    },
    stats,
    async stop() {
      stopping.abort()
      stopped ??= Promise.all([sender.close(), server.close(), playing?.catch(() => {})])
      await stopped
    },
  }
}
