import { Agent } from 'undici'
import { SECOND_MS } from '../calls/seconds.ts'
import type { Instant, SimulatorClock } from '../clock/simulator-clock.ts'
import { lookupBy } from './resolver.ts'
import type { RetryProfile } from './retry-profile.ts'
import { retryProfileOf, type WebhookProfile } from './webhook-profile.ts'
import type { WebhookAttempt, WebhookRequest } from './webhook-request.ts'
import type { WebhookTarget } from './webhook-target.ts'

/** Answers are read and thrown away up to this; Exotel ignores bodies. */
const ANSWER_BYTES_MAX = 64 * 1_024
const KEEP_ALIVE_MS = 10 * SECOND_MS
/** Webhooks asleep until their next attempt; more are given up. */
const RETRIES_WAITING_MAX = 50_000
const HTTP = { ok: 200, found: 302, timedOut: 408, tooMany: 429, redirect: 300, server: 500 } as const

export interface Delivery {
  readonly outcome: 'delivered' | 'refused' | 'given-up'
  readonly sentAt: Instant | null
  readonly attempts: number
  readonly httpStatus: number | null
  readonly failedOver: boolean
}

/** One webhook, told anew for each attempt. */
export interface Outgoing {
  readonly request: (attempt: WebhookAttempt) => WebhookRequest
  /** Where to, where it has an address of its own. */
  readonly target: WebhookTarget | null
  /** Without parameters, sent once before the first attempt; its answer counts for nothing. Null: none. */
  readonly probe: 'GET' | 'HEAD' | null
}

export interface WebhookSender {
  /** Resolves when a request may be started: at most `concurrency` are under way. */
  ready(): Promise<void>
  /** Sends, and again as the profile says. Never rejects; null when stopped before there was an answer. */
  send(outgoing: Outgoing): Promise<Delivery | null>
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
  readonly failoverTarget: () => WebhookTarget | null
  /** Where a host's name leads, asked for each new connection; the system's own names, where it is left out. */
  readonly resolve?: (name: string) => string | null
  readonly signal: AbortSignal
}

/** A Passthru's receiver steers the flow by 200 or 302. */
const isWellReceived = ({ surface }: WebhookRequest, { success }: RetryProfile, status: number) =>
  (success === '200' ? status === HTTP.ok : status >= HTTP.ok && status < HTTP.redirect) || (surface === 'passthru' && status === HTTP.found)

/** Whether another attempt may help. No answer at all is always tried again. */
const isRetried = ({ retried }: RetryProfile, status: number | null) =>
  retried === 'all' || status === null || status >= HTTP.server || status === HTTP.timedOut || status === HTTP.tooMany

/** Sends webhooks over kept-alive connections with bounded concurrency. */
export const createWebhookSender = ({ profile, clock, target, failoverTarget, resolve, signal }: WebhookSenderOptions): WebhookSender => {
  const agent = new Agent({
    connections: profile.concurrency,
    pipelining: 1,
    connect: { timeout: retryProfileOf(profile, 'status-callback').timeoutMs, ...(resolve === undefined ? {} : { lookup: lookupBy(resolve) }) },
    ...(profile.localAddress === null ? {} : { localAddress: profile.localAddress }),
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
  const attempt = async (request: WebhookRequest, { origin, path }: WebhookTarget, timeoutMs: number, method: 'GET' | 'HEAD' | 'POST' = request.method): Promise<number | null> => {
    sending++
    const release = clock.hold?.()
    try {
      const { statusCode, body } = await agent.request({
        origin,
        path: path(profile.paths === 'bare' ? null : request.surface, request.query),
        method,
        headers: {
          ...(request.contentType === null ? {} : { 'content-type': request.contentType }),
          ...(profile.userAgent === null ? {} : { 'user-agent': profile.userAgent }),
          ...request.headers,
        },
        body: request.body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      })
      await body.dump({ limit: ANSWER_BYTES_MAX })
      return statusCode
    } catch {
      return null
    } finally {
      sending--
      release?.()
      waiters.free.shift()?.()
    }
  }

  const deliver = async ({ request: requestOf, target: own, probe }: Outgoing): Promise<Delivery | null> => {
    const first = requestOf({ number: 1, retoldAt: null })
    const retry = retryProfileOf(profile, first.surface)
    let delivery: Delivery = { outcome: 'given-up', sentAt: null, attempts: 0, httpStatus: null, failedOver: false }
    for (let failures = 0; failures <= retry.delaysSeconds.length; failures++) {
      if (failures > 0) {
        if (retriesWaiting >= RETRIES_WAITING_MAX) break
        retriesWaiting++
        await clock.sleepUntil(clock.now() + (retry.delaysSeconds[failures - 1] as number) * SECOND_MS, signal)
        retriesWaiting--
        await ready()
      }
      if (signal.aborted) return null
      const failedOver = retry.failoverAfter !== null && failures >= retry.failoverAfter
      const where = failedOver ? failoverTarget() : (own ?? target())
      if (where === null) continue
      const sentAt = clock.now()
      const request = failures === 0 ? first : requestOf({ number: failures + 1, retoldAt: profile.retryBodies === 'changed' ? sentAt : null })
      if (probe !== null && failures === 0) await attempt({ ...request, query: '', contentType: null, body: null, headers: {} }, where, retry.timeoutMs, probe)
      const httpStatus = await attempt(request, where, retry.timeoutMs)
      if (httpStatus === null && signal.aborted) return null
      delivery = { outcome: httpStatus === null ? 'given-up' : 'refused', sentAt: delivery.sentAt ?? sentAt, attempts: delivery.attempts + 1, httpStatus, failedOver }
      if (httpStatus !== null && isWellReceived(request, retry, httpStatus)) return { ...delivery, outcome: 'delivered' }
      if (!isRetried(retry, httpStatus)) return delivery
    }
    return delivery
  }

  return {
    ready,
    async send(outgoing) {
      unfinished++
      try {
        return await deliver(outgoing)
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
