import type { Clock, Instant } from '@rollcall/domain/time'
import type { Sleep } from '../client/sleep.ts'

export interface VirtualTime {
  readonly clock: Clock
  /** Passes the time at once. */
  readonly sleep: Sleep
  /** Moves the clock; backwards too, as an operator's hand or NTP may. */
  move(ms: number): void
  /** How long was slept, call by call. */
  readonly slept: readonly number[]
}

export const virtualTime = (start: Instant = Date.UTC(2026, 10, 24)): VirtualTime => {
  let now = start
  const slept: number[] = []
  return {
    clock: () => now,
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
