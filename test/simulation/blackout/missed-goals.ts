import type { BlackoutReport } from './simulate-blackout.ts'

/** Seconds from the list's first showing a call to its row's being in the log (reliability R4). */
const DELAY_SECONDS_MAX = { p99: 360, max: 600 } as const

/** In words, which goals a blackout missed. */
export const missedGoals = ({ calls, backfilled, delay, longDelay, requestsPerMinuteMax, share }: BlackoutReport): readonly string[] => [
  ...(calls === 0 ? ['no call was lost, so nothing was shown'] : []),
  ...(backfilled < calls ? [`${calls - backfilled} of ${calls} calls were not found`] : []),
  ...(delay.p99 > DELAY_SECONDS_MAX.p99 ? [`p99 is ${delay.p99} s; the goal is ${DELAY_SECONDS_MAX.p99} s`] : []),
  ...(Math.max(delay.max, longDelay.max) > DELAY_SECONDS_MAX.max ? [`the longest is ${Math.max(delay.max, longDelay.max)} s; the goal is ${DELAY_SECONDS_MAX.max} s`] : []),
  ...(requestsPerMinuteMax > share ? [`${requestsPerMinuteMax} requests in a minute; the share is ${share}`] : []),
]
