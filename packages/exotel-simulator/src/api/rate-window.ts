import { SECOND_MS } from '../calls/seconds.ts'
import type { Instant } from '../clock/simulator-clock.ts'

const MINUTE_MS = 60 * SECOND_MS

export interface RateWindow {
  /** Null: allowed and counted. Otherwise how many whole seconds until a request is allowed again. */
  take(now: Instant): number | null
}

/** No more than `perMinute` requests in any 60 seconds: the strictest reading of "200 a minute", so that a client within it is within all. 0: no limit. */
export const createRateWindow = (perMinute: number): RateWindow => {
  const taken: Instant[] = new Array(perMinute).fill(Number.NEGATIVE_INFINITY)
  let oldest = 0
  return {
    take(now) {
      if (perMinute === 0) return null
      const freeAt = (taken[oldest] as Instant) + MINUTE_MS
      if (now < freeAt) return Math.ceil((freeAt - now) / SECOND_MS)
      taken[oldest] = now
      oldest = (oldest + 1) % perMinute
      return null
    },
  }
}
