import { MINUTE, SECOND } from '@rollcall/domain/time'
import type { Sleep } from './sleep.ts'

/**
 * The share of an account's rate limit that Rollcall may spend: one token bucket that every request of the account passes,
 * in order of asking. On 429 the rate halves and comes back by a tenth of the configured one each minute; a Retry-After stops all.
 * In any minute at most `ratePerMinute` requests leave: what a burst may take at once is taken off what flows in.
 */
export interface RequestBudget {
  /** Resolves when one request may be sent. Rejects with the signal's reason, spending nothing. */
  take(signal?: AbortSignal): Promise<void>
  /** Exotel said we ask too often. `retryAfterMs`: for how long to be silent, where it said so. */
  slowDown(retryAfterMs?: number): void
  /** Keeps a silence of so many milliseconds that Exotel asked for earlier; one that is longer already stays. */
  pause(ms: number): void
  snapshot(): BudgetSnapshot
}

export interface BudgetSnapshot {
  readonly configuredPerMinute: number
  /** What 429s have left of it for now. */
  readonly ratePerMinute: number
  readonly burst: number
  readonly tokens: number
  /** For how long Exotel wants silence yet; 0 when it does not. */
  readonly pausedForMs: number
  readonly taken: number
  readonly waiting: number
  readonly slowdowns: number
}

export interface RequestBudgetOptions {
  readonly ratePerMinute: number
  /** Milliseconds of a clock that nobody sets: a silence must not end early because an operator or NTP moved the time. */
  readonly monotonic: () => number
  readonly sleep: Sleep
}

/** A burst is what three seconds allow. */
const BURSTS_PER_MINUTE = 20
const SLOWED_TO = 0.5
const RATE_SHARE_MIN = 0.05
const RECOVERED_PER_MINUTE = 0.1
/** Requests already under way are answered 429 together; they count once. */
const SLOWDOWN_COUNTS_ONCE_MS = 5 * SECOND
export const RETRY_AFTER_MS_MAX = 60 * MINUTE

/** What may leave at once. */
const burstOf = (ratePerMinute: number): number => Math.max(1, Math.floor(ratePerMinute / BURSTS_PER_MINUTE))

/** Requests that such a budget lets leave in each minute, over time. */
export const sustainedPerMinute = (ratePerMinute: number): number => ratePerMinute - burstOf(ratePerMinute) + 1

/** A rate whose budget lets at least so many requests leave in each minute, over time. */
export const rateThatSustains = (requestsPerMinute: number): number => Math.max(requestsPerMinute, (requestsPerMinute - 1) / (1 - 1 / BURSTS_PER_MINUTE))

export const createRequestBudget = ({ ratePerMinute, monotonic, sleep }: RequestBudgetOptions): RequestBudget => {
  if (!(ratePerMinute > 0)) throw new RangeError(`ratePerMinute is ${ratePerMinute}; a number above 0 is needed`)
  const burst = burstOf(ratePerMinute)
  /** Of the rate: a full bucket and a minute of this are no more than the rate. */
  const inflowShare = sustainedPerMinute(ratePerMinute) / ratePerMinute
  const rateMin = Math.min(ratePerMinute, Math.max(1, ratePerMinute * RATE_SHARE_MIN))
  const state = { rate: ratePerMinute, tokens: burst, seenAt: monotonic(), pausedUntil: 0, slowedAt: Number.NEGATIVE_INFINITY, taken: 0, waiting: 0, slowdowns: 0 }
  let lastInLine: Promise<void> = Promise.resolve()

  /** Brings the bucket to now. */
  const refill = (): number => {
    const now = monotonic()
    const minutes = Math.max(0, now - state.seenAt) / MINUTE
    state.seenAt = now
    state.tokens = Math.min(burst, state.tokens + minutes * state.rate * inflowShare)
    state.rate = Math.min(ratePerMinute, state.rate + minutes * ratePerMinute * RECOVERED_PER_MINUTE)
    return now
  }

  const waitMs = (): number => {
    const now = refill()
    if (now < state.pausedUntil) return state.pausedUntil - now
    return state.tokens >= 1 ? 0 : Math.ceil(((1 - state.tokens) * MINUTE) / (state.rate * inflowShare))
  }

  const takeInTurn = async (signal: AbortSignal | undefined): Promise<void> => {
    for (;;) {
      signal?.throwIfAborted()
      const ms = waitMs()
      if (ms === 0) break
      await sleep(ms, signal)
    }
    state.tokens -= 1
    state.taken += 1
  }

  const pause = (ms: number): void => {
    state.pausedUntil = Math.max(state.pausedUntil, monotonic() + Math.min(ms, RETRY_AFTER_MS_MAX))
  }

  return {
    async take(signal) {
      signal?.throwIfAborted()
      state.waiting += 1
      const mine = lastInLine.then(() => takeInTurn(signal))
      lastInLine = mine.catch(() => undefined)
      try {
        await orAborted(mine, signal)
      } finally {
        state.waiting -= 1
      }
    },
    slowDown(retryAfterMs) {
      const now = refill()
      state.tokens = 0
      if (retryAfterMs !== undefined) pause(retryAfterMs)
      if (now - state.slowedAt < SLOWDOWN_COUNTS_ONCE_MS) return
      state.slowedAt = now
      state.slowdowns += 1
      state.rate = Math.max(rateMin, state.rate * SLOWED_TO)
    },
    pause,
    snapshot() {
      const now = refill()
      const { rate, tokens, pausedUntil, taken, waiting, slowdowns } = state
      return { configuredPerMinute: ratePerMinute, ratePerMinute: rate, burst, tokens, pausedForMs: Math.max(0, pausedUntil - now), taken, waiting, slowdowns }
    },
  }
}

/** A waiter far back in the line hears the signal at once, not when its turn comes. */
const orAborted = async (promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> => {
  if (signal === undefined) return promise
  let onAbort: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    await Promise.race([promise, aborted])
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
  }
}
