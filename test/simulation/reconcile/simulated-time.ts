import type { Clock, Instant } from '@rollcall/domain/time'
import type { Sleep } from '@rollcall/exotel/client/sleep'

/** Something of the world outside Rollcall that happens at its time, whatever Rollcall is doing. */
export interface Happening {
  readonly at: Instant
  readonly happen: () => void
}

export interface ClockSetting {
  readonly aheadMs: number
  /** By how much too fast: 0.1 gains six minutes an hour. */
  readonly drift: number
  /** Whether the clock that nobody sets goes wrong with it, as where the crystal does and not the correction of it. */
  readonly isMonotonicToo: boolean
}

/** One run's time. It passes only when somebody waits, so that a day takes as long as the work that is done in it. */
export interface SimulatedTime {
  /** The true time, which is also Exotel's. */
  now(): Instant
  /** What the clock of Rollcall's host shows: people and NTP set it, and it may go wrong. */
  readonly ours: Clock
  /** Milliseconds that nobody sets; they too may be too long or too short. */
  readonly monotonic: () => number
  /** Sets our clock apart from the true time, and how it goes from now on. */
  setOurs(to: ClockSetting): void
  /** Lets time pass up to `at`, with what happens until then. */
  passTo(at: Instant): void
  readonly sleep: Sleep
}

/** @param happenings in any order; one that lies before `start` happens at once. */
export const createSimulatedTime = (start: Instant, happenings: readonly Happening[]): SimulatedTime => {
  const coming = happenings.toSorted((a, b) => a.at - b.at)
  let now = start
  let next = 0
  let ours = { at: start, shown: start, rate: 1 }
  let monotonic = { at: start, shown: 0, rate: 1 }
  const read = (clock: typeof ours): number => clock.shown + (now - clock.at) * clock.rate
  const passTo = (at: Instant): void => {
    for (let happening = coming[next]; happening !== undefined && happening.at <= at; happening = coming[next]) {
      next += 1
      now = Math.max(now, happening.at)
      happening.happen()
    }
    now = Math.max(now, Math.ceil(at))
  }
  return {
    now: () => now,
    ours: () => Math.round(read(ours)),
    monotonic: () => read(monotonic),
    setOurs: ({ aheadMs, drift, isMonotonicToo }) => {
      ours = { at: now, shown: now + aheadMs, rate: 1 + drift }
      monotonic = { at: now, shown: read(monotonic), rate: isMonotonicToo ? 1 + drift : 1 }
    },
    passTo,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      passTo(now + ms / monotonic.rate)
    },
  }
}
