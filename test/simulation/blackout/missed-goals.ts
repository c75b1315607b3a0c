import { RPO_MS } from '@rollcall/domain/schedule/capacity'
import { SECOND } from '@rollcall/domain/time'
import type { BlackoutReport } from './simulate-blackout.ts'

/** Seconds from the list's first showing a call to its row's being in the log. */
export interface DelayGoals {
  readonly p99: number
  readonly max: number
}

/** What Rollcall aims at (reliability R4). */
export const GOALS: DelayGoals = { p99: 360, max: 600 }
/** What it promises, and all that a list without the Duration filter allows. */
export const PROMISE: DelayGoals = { p99: RPO_MS / SECOND, max: RPO_MS / SECOND }

/** In words, which goals a blackout missed. */
export const missedGoals = ({ calls, backfilled, delay, longDelay, requestsPerMinuteMax, share }: BlackoutReport, goals: DelayGoals): readonly string[] => [
  ...(calls === 0 ? ['no call was lost, so nothing was shown'] : []),
  ...(backfilled < calls ? [`${calls - backfilled} of ${calls} calls were not found`] : []),
  ...(delay.p99 > goals.p99 ? [`p99 is ${delay.p99} s; the goal is ${goals.p99} s`] : []),
  ...(Math.max(delay.max, longDelay.max) > goals.max ? [`the longest is ${Math.max(delay.max, longDelay.max)} s; the goal is ${goals.max} s`] : []),
  ...(requestsPerMinuteMax > share ? [`${requestsPerMinuteMax} requests in a minute; the share is ${share}`] : []),
]
