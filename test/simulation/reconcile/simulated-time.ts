import type { Clock, Instant } from '@rollcall/domain/time'
import type { Sleep } from '@rollcall/exotel/client/sleep'

/** Something of the world outside Rollcall that happens at its time, whatever Rollcall is doing. */
export interface Happening {
  readonly at: Instant
  readonly happen: () => void
}

/** One run's time. It passes only when somebody waits, so that a day takes as long as the work that is done in it. */
export interface SimulatedTime {
  /** The true time, which is also Exotel's. */
  now(): Instant
  /** What the clock of Rollcall's host shows: people and NTP set it. */
  readonly ours: Clock
  /** Milliseconds that nobody sets. */
  readonly monotonic: () => number
  /** Sets our clock apart from the true time. */
  setOurs(aheadMs: number): void
  /** Lets time pass up to `at`, with what happens until then. */
  passTo(at: Instant): void
  readonly sleep: Sleep
}

/** @param happenings in any order; one that lies before `start` happens at once. */
export const createSimulatedTime = (start: Instant, happenings: readonly Happening[]): SimulatedTime => {
  const coming = happenings.toSorted((a, b) => a.at - b.at)
  let now = start
  let aheadMs = 0
  let next = 0
  const passTo = (at: Instant): void => {
    for (let happening = coming[next]; happening !== undefined && happening.at <= at; happening = coming[next]) {
      next += 1
      now = Math.max(now, happening.at)
      happening.happen()
    }
    now = Math.max(now, at)
  }
  return {
    now: () => now,
    ours: () => now + aheadMs,
    monotonic: () => now - start,
    setOurs: (ahead) => {
      aheadMs = ahead
    },
    passTo,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      passTo(now + ms)
    },
  }
}
