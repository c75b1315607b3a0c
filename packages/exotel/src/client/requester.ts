import type { Clock } from '@rollcall/domain/time'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { ConstantBackoff, handleWhen, retry } from 'cockatiel'
import { Agent } from 'undici'
import { ExotelError } from './exotel-error.ts'
import { type Answer, readAnswer } from './read-answer.ts'
import type { RequestBudget } from './request-budget.ts'
import { type ExotelResponse, sendRequest } from './send-request.ts'
import type { Sleep } from './sleep.ts'

export interface RequesterOptions {
  readonly apiKey: string
  readonly apiToken: string
  readonly budget: RequestBudget
  readonly clock: Clock
  readonly sleep: Sleep
  readonly random: () => number
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly bodyBytesMax: number
  readonly attemptsMax: number
}

/** Requests to one account: paced by its budget, tried again where that can help. */
export interface Requester {
  /** Rejects with ExotelError. `onAttempt` is called before each request that is really sent. */
  get(
    url: URL,
    options: { readonly signal?: AbortSignal | undefined; readonly onAttempt?: (() => void) | undefined },
  ): Promise<{ readonly answer: Answer; readonly response: ExotelResponse }>
  close(): Promise<void>
}

const CONNECTIONS_MAX = 4
const BACKOFF_MS_BASE = 200
const BACKOFF_MS_MAX = 30 * SECOND
/** Asked to be silent for longer than this, a request gives up; the budget keeps the silence for whoever comes next. */
const RETRY_AFTER_WAITED_MS_MAX = MINUTE

export const createRequester = (options: RequesterOptions): Requester => {
  const { budget, clock, sleep, random, requestTimeoutMs, attemptsMax } = options
  const dispatcher = new Agent({
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.bodyTimeoutMs,
    maxResponseSize: options.bodyBytesMax,
    connect: { timeout: options.connectTimeoutMs, rejectUnauthorized: true },
  })
  const authorization = `Basic ${Buffer.from(`${options.apiKey}:${options.apiToken}`).toString('base64')}`
  const canHelp = (error: Error): boolean => error instanceof ExotelError && error.retryable && (error.retryAfterMs ?? 0) <= RETRY_AFTER_WAITED_MS_MAX
  // The wait between attempts is ours: cockatiel's does not hear the signal.
  const policy = retry(handleWhen(canHelp), { maxAttempts: attemptsMax - 1, backoff: new ConstantBackoff(0) })

  const attempt = async (url: URL, signal: AbortSignal | undefined, onAttempt: (() => void) | undefined) => {
    await budget.take(signal)
    onAttempt?.()
    const response = await sendRequest(url, { dispatcher, authorization, clock, requestTimeoutMs, signal })
    try {
      return { answer: readAnswer(response), response }
    } catch (error) {
      if (error instanceof ExotelError && (error.kind === 'rate-limited' || error.retryAfterMs !== null)) budget.slowDown(error.retryAfterMs ?? undefined)
      throw error
    }
  }

  return {
    async get(url, { signal, onAttempt }) {
      try {
        return await policy.execute(async ({ attempt: tried }) => {
          if (tried > 0) await sleep(random() * Math.min(BACKOFF_MS_MAX, BACKOFF_MS_BASE * 2 ** tried), signal)
          return attempt(url, signal, onAttempt)
        }, signal)
      } catch (error) {
        if (error instanceof ExotelError) throw error
        throw signal?.aborted === true ? new ExotelError('stopped', 'the request was stopped') : new ExotelError('not-reached', 'the request failed unexpectedly', { cause: error })
      }
    },
    close: () => dispatcher.close(),
  }
}
