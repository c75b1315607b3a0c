import { SECOND_MS } from '../calls/seconds.ts'
import type { Instant } from '../clock/simulator-clock.ts'

const MINUTE_MS = 60 * SECOND_MS

export interface RateState {
  readonly allowed: boolean
  /** How many more are allowed now. */
  readonly remaining: number
  /** Whole seconds until one that is refused now would be allowed. */
  readonly resetSeconds: number
}

export interface RateWindow {
  /** Counts the request, where it is allowed. */
  take(now: Instant): RateState
}

const seconds = (ms: number) => Math.max(Math.ceil(ms / SECOND_MS), 0)

/** No more than `perMinute` requests in any 60 seconds: the strictest reading of "200 a minute", so that a client within it is within all. 0: no limit. */
const slidingWindow = (perMinute: number): RateWindow => {
  const taken: Instant[] = new Array(perMinute).fill(Number.NEGATIVE_INFINITY)
  let oldest = 0
  return {
    take(now) {
      const freeAt = (taken[oldest] as Instant) + MINUTE_MS
      if (now < freeAt) return { allowed: false, remaining: 0, resetSeconds: seconds(freeAt - now) }
      taken[oldest] = now
      oldest = (oldest + 1) % perMinute
      const used = taken.filter((at) => now < at + MINUTE_MS).length
      return { allowed: true, remaining: perMinute - used, resetSeconds: seconds((taken[oldest] as Instant) + MINUTE_MS - now) }
    },
  }
}

/** So many in each minute of the clock: twice as many may come around its turn. */
const fixedWindow = (perMinute: number): RateWindow => {
  let minute = Number.NEGATIVE_INFINITY
  let used = 0
  return {
    take(now) {
      const current = Math.floor(now / MINUTE_MS)
      if (current !== minute) [minute, used] = [current, 0]
      const resetSeconds = seconds((current + 1) * MINUTE_MS - now)
      if (used >= perMinute) return { allowed: false, remaining: 0, resetSeconds }
      used++
      return { allowed: true, remaining: perMinute - used, resetSeconds }
    },
  }
}

const UNLIMITED: RateWindow = { take: () => ({ allowed: true, remaining: Number.MAX_SAFE_INTEGER, resetSeconds: 0 }) }

const rateWindow = (perMinute: number, kind: 'sliding' | 'fixed'): RateWindow => {
  if (perMinute === 0) return UNLIMITED
  return kind === 'sliding' ? slidingWindow(perMinute) : fixedWindow(perMinute)
}

export interface RateLimit {
  readonly perMinute: number
  take(method: string, now: Instant): RateState
}

export interface RateLimitOptions {
  /** 0: no limit. */
  readonly perMinute: number
  readonly window?: 'sliding' | 'fixed'
  readonly buckets?: 'shared' | 'by-method'
}

/** The limit of one account. */
export const createRateLimit = ({ perMinute, window = 'sliding', buckets = 'shared' }: RateLimitOptions): RateLimit => {
  const shared = rateWindow(perMinute, window)
  const posts = buckets === 'shared' ? shared : rateWindow(perMinute, window)
  return { perMinute, take: (method, now) => (method === 'POST' ? posts : shared).take(now) }
}
