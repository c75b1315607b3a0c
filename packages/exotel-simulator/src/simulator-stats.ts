import type { Instant } from './clock/simulator-clock.ts'

/** Counts since the start, of all accounts; forgetting old calls lowers none of them. */
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
  /** SMS callbacks and heartbeats that were due, and those well received. */
  readonly noticesDue: number
  readonly noticesDelivered: number
  readonly apiRequests: number
  /** Answered 429. */
  readonly apiRequestsLimited: number
  /** Spoilt by a fault or an outage. */
  readonly apiRequestsSpoilt: number
}

/** Of several accounts. */
export const addStats = (first: SimulatorStats, ...others: readonly SimulatorStats[]): SimulatorStats =>
  others.reduce(
    (sum, one) => ({
      ...(Object.fromEntries(Object.entries(sum).map(([name, value]) => [name, Number(value) + Number(one[name as keyof SimulatorStats])])) as unknown as SimulatorStats),
      now: sum.now,
      playing: sum.playing || one.playing,
    }),
    first,
  )
