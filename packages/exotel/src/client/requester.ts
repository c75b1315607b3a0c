import type { Clock } from '@rollcall/domain/time'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { Agent } from 'undici'
import { type BreakerSnapshot, createCircuitBreaker } from './circuit-breaker.ts'
import { ExotelError, type ExotelErrorKind } from './exotel-error.ts'
import { type Answer, readAnswer } from './read-answer.ts'
import type { RequestBudget } from './request-budget.ts'
import { type ExotelResponse, sendRequest } from './send-request.ts'
import type { Sleep } from './sleep.ts'

/** What a request asked for, in the words of metrics. */
export type Endpoint = 'account' | 'call' | 'call-v3' | 'calls' | 'exophone' | 'exophones'

/** One request that was really sent, and how it ended. */
export interface Exchange {
  readonly endpoint: Endpoint
  readonly outcome: 'answered' | ExotelErrorKind
  /** From the first byte out to the last one in, or to the failure. */
  readonly durationMs: number
}

export interface RequesterOptions {
  readonly apiKey: string
  readonly apiToken: string
  readonly budget: RequestBudget
  /** What Exotel's `Date` is held against. */
  readonly clock: Clock
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number
  readonly sleep: Sleep
  readonly random: () => number
  readonly onExchange: (exchange: Exchange) => void
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly bodyBytesMax: number
  readonly attemptsMax: number
  readonly limitedAttemptsMax: number
}

export interface GetOptions {
  readonly signal?: AbortSignal | undefined
  /** Called before each request that is really sent. */
  readonly onAttempt?: (() => void) | undefined
}

/** Requests to one account: paced by its budget, tried again where that can help, not tried at all while Exotel is down. */
export interface Requester {
  /** Rejects with ExotelError. */
  get(endpoint: Endpoint, url: URL, options: GetOptions): Promise<{ readonly answer: Answer; readonly response: ExotelResponse }>
  breaker(): BreakerSnapshot
  close(): Promise<void>
}

const CONNECTIONS_MAX = 4
const BACKOFF_MS_BASE = 200
const BACKOFF_MS_MAX = 30 * SECOND
/** A limit by the minute is not over in a second: all attempts together outlast it. */
const LIMITED_BACKOFF_MS_BASE = 4 * SECOND
/** Asked to be silent for longer than this, a request gives up; the budget keeps the silence for whoever comes next. */
const RETRY_AFTER_WAITED_MS_MAX = MINUTE

export const createRequester = (options: RequesterOptions): Requester => {
  const { budget, clock, monotonic, sleep, random, requestTimeoutMs, attemptsMax, limitedAttemptsMax, onExchange } = options
  const dispatcher = new Agent({
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.bodyTimeoutMs,
    maxResponseSize: options.bodyBytesMax,
    connect: { timeout: options.connectTimeoutMs, rejectUnauthorized: true },
  })
  const authorization = `Basic ${Buffer.from(`${options.apiKey}:${options.apiToken}`).toString('base64')}`
  const breaker = createCircuitBreaker({ monotonic, random })
  const attempt = async (endpoint: Endpoint, url: URL, { signal, onAttempt }: GetOptions) => {
    const { pausedForMs } = budget.snapshot()
    if (pausedForMs > RETRY_AFTER_WAITED_MS_MAX) throw new ExotelError('rate-limited', 'Exotel asked for a silence that is not over', { retryAfterMs: pausedForMs })
    await budget.take(signal)
    onAttempt?.()
    const sentAt = monotonic()
    const ended = (outcome: Exchange['outcome']) => onExchange({ endpoint, outcome, durationMs: monotonic() - sentAt })
    try {
      const response = await sendRequest(url, { dispatcher, authorization, clock, requestTimeoutMs, signal })
      const answer = readAnswer(response)
      ended('answered')
      return { answer, response }
    } catch (error) {
      if (!(error instanceof ExotelError)) throw error
      ended(error.kind)
      if (error.kind === 'rate-limited' || error.retryAfterMs !== null) budget.slowDown(error.retryAfterMs ?? undefined)
      throw error
    }
  }

  return {
    async get(endpoint, url, getOptions) {
      const { signal } = getOptions
      const failed = { limited: 0, otherwise: 0 }
      for (;;) {
        try {
          return await breaker.execute(() => attempt(endpoint, url, getOptions))
        } catch (caught) {
          const error = asExotelError(caught, signal)
          const cause = error.kind === 'rate-limited' ? 'limited' : 'otherwise'
          failed[cause] += 1
          if (!canHelp(error) || failed.limited === limitedAttemptsMax || failed.otherwise === attemptsMax) throw error
          await sleep(backoffMs(error, failed[cause], random()), signal).catch((aborted) => {
            throw asExotelError(aborted, signal)
          })
        }
      }
    },
    breaker: breaker.snapshot,
    close: () => dispatcher.close(),
  }
}

const canHelp = ({ retryable, kind, retryAfterMs }: ExotelError): boolean => retryable && kind !== 'unavailable' && (retryAfterMs ?? 0) <= RETRY_AFTER_WAITED_MS_MAX

/**
 * How long to wait before the next attempt, beside what the budget makes it wait. Full jitter; where Exotel refused us for our rate
 * without saying for how long, at least half of the wait, since the next attempt must not be refused for the same minute.
 */
const backoffMs = ({ kind, retryAfterMs }: ExotelError, tried: number, random: number): number =>
  kind === 'rate-limited' && retryAfterMs === null
    ? (0.5 + random / 2) * Math.min(BACKOFF_MS_MAX, LIMITED_BACKOFF_MS_BASE * 2 ** tried)
    : random * Math.min(BACKOFF_MS_MAX, BACKOFF_MS_BASE * 2 ** tried)

const asExotelError = (error: unknown, signal: AbortSignal | undefined): ExotelError => {
  if (error instanceof ExotelError) return error
  return signal?.aborted === true ? new ExotelError('stopped', 'the request was stopped') : new ExotelError('not-reached', 'the request failed unexpectedly', { cause: error })
}
