import type { Instant } from './clock/simulator-clock.ts'

/** Counts since the start; forgetting old calls lowers none of them. */
export interface SimulatorStats {
  readonly now: Instant
  readonly playing: boolean
  readonly callsBegun: number
  readonly callsForgotten: number
  /** Webhooks that calls begun so far should have, copies not counted. delivered, refused, dropped, givenUp and pending add up to it. */
  readonly webhooksExpected: number
  readonly webhooksPending: number
  readonly webhooksDelivered: number
  readonly webhooksRefused: number
  readonly webhooksDropped: number
  readonly webhooksGivenUp: number
  /** Second copies sent on purpose and received. */
  readonly duplicatesDelivered: number
  readonly apiRequests: number
  /** Answered 429. */
  readonly apiRequestsLimited: number
}
