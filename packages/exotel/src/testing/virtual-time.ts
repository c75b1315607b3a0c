import type { Clock, Instant } from '@rollcall/domain/time'
import type { Sleep } from '../client/sleep.ts'

export interface VirtualTime {
  readonly clock: Clock
  /** The same moments; a test that sets the clock apart from it makes its own. */
  readonly monotonic: () => number
  /** Passes the time at once. */
  readonly sleep: Sleep
  /** Lets time pass. */
  move(ms: number): void
  /** How long was slept, call by call. */
  readonly slept: readonly number[]
}

export const virtualTime = (start: Instant = Date.UTC(2026, 10, 24)): VirtualTime => {
  let now = start
  const slept: number[] = []
  return {
    clock: () => now,
    monotonic: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
      now += ms
    },
    move: (ms) => {
      now += ms
    },
    slept,
  }
}
