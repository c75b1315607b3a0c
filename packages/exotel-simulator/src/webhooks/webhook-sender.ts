import { Agent } from 'undici'
import { SECOND_MS } from '../calls/seconds.ts'
import type { Instant, SimulatorClock } from '../clock/simulator-clock.ts'
import { RETRY_DELAYS_SECONDS, type WebhookProfile } from './webhook-profile.ts'
import type { WebhookRequest } from './webhook-request.ts'
import type { WebhookTarget } from './webhook-target.ts'

/** Answers are read and thrown away up to this; Exotel ignores bodies. */
const ANSWER_BYTES_MAX = 64 * 1_024
const KEEP_ALIVE_MS = 10 * SECOND_MS
/** Webhooks asleep until their next attempt; more are given up. */
const RETRIES_WAITING_MAX = 50_000

interface Delivery {
  readonly outcome: 'delivered' | 'refused' | 'given-up'
  readonly sentAt: Instant | null
  readonly attempts: number
  readonly httpStatus: number | null
}

export interface WebhookSender {
  /** Resolves when a request may be started: at most `concurrency` are under way. */
  ready(): Promise<void>
  /** Sends, and again as the profile says. Never rejects; null when stopped before there was an answer. */
  send(request: WebhookRequest): Promise<Delivery | null>
  /** Resolves when nothing is under way or waiting for another attempt. */
  idle(): Promise<void>
  /** Cuts off what is under way. The signal should have been aborted before. */
  close(): Promise<void>
}

export interface WebhookSenderOptions {
  readonly profile: WebhookProfile
  readonly clock: SimulatorClock
  /** Asked before each attempt, so that the address can change; null: nowhere to send to. */
  readonly target: () => WebhookTarget | null
  readonly signal: AbortSignal
}

/** A Passthru's receiver steers the flow by 200 or 302; for a status callback only 2xx is well received. */
const isWellReceived = ({ surface }: WebhookRequest, status: number) => (status >= 200 && status < 300) || (surface === 'passthru' && status === 302)

/** Sends webhooks over kept-alive connections with bounded concurrency. */
export const createWebhookSender = ({ profile, clock, target, signal }: WebhookSenderOptions): WebhookSender => {
  const agent = new Agent({
    connections: profile.concurrency,
    pipelining: 1,
    connect: { timeout: profile.timeoutMs },
    headersTimeout: profile.timeoutMs,
    bodyTimeout: profile.timeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
  })
  let sending = 0
  let unfinished = 0
  let retriesWaiting = 0
  const waiters: { free: (() => void)[]; idle: (() => void)[] } = { free: [], idle: [] }

  const isFree = () => sending < profile.concurrency
  const ready = async () => {
    while (!isFree()) await new Promise<void>((resolve) => waiters.free.push(resolve))
  }

  /** HTTP status, or null when no answer came. */
  const attempt = async (request: WebhookRequest, { origin, path }: WebhookTarget): Promise<number | null> => {
    sending++
    try {
      const { statusCode, body } = await agent.request({
        origin,
        path: path(request.surface, request.query),
        method: request.method,
        headers: request.contentType === null ? {} : { 'content-type': request.contentType },
        body: request.body,
      })
      await body.dump({ limit: ANSWER_BYTES_MAX })
      return statusCode
    } catch {
      return null
    } finally {
      sending--
      waiters.free.shift()?.()
    }
  }

  const deliver = async (request: WebhookRequest): Promise<Delivery | null> => {
    const delays = RETRY_DELAYS_SECONDS[profile.retries]
    let delivery: Delivery = { outcome: 'given-up', sentAt: null, attempts: 0, httpStatus: null }
    for (let number = 0; number <= delays.length; number++) {
      if (number > 0) {
        if (retriesWaiting >= RETRIES_WAITING_MAX) break
        retriesWaiting++
        await clock.sleepUntil(clock.now() + (delays[number - 1] as number) * SECOND_MS, signal)
        retriesWaiting--
        await ready()
      }
      if (signal.aborted) return null
      const where = target()
      if (where === null) continue
      const sentAt = delivery.sentAt ?? clock.now()
      const httpStatus = await attempt(request, where)
      if (httpStatus === null && signal.aborted) return null
      delivery = { outcome: httpStatus === null ? 'given-up' : 'refused', sentAt, attempts: delivery.attempts + 1, httpStatus }
      if (httpStatus !== null && isWellReceived(request, httpStatus)) return { ...delivery, outcome: 'delivered' }
    }
    return delivery
  }

  return {
    ready,
    async send(request) {
      unfinished++
      try {
        return await deliver(request)
      } finally {
        unfinished--
        if (unfinished === 0) for (const resolve of waiters.idle.splice(0)) resolve()
      }
    },
    async idle() {
      while (unfinished > 0) await new Promise<void>((resolve) => waiters.idle.push(resolve))
    },
    close: () => agent.destroy(),
  }
}
