import { setImmediate } from 'node:timers/promises'
import type { Instant, SimulatorClock } from './simulator-clock.ts'

export interface ManualClock extends SimulatorClock {
  /** Wakes the sleepers in the order of their times, letting each run before the next, and ends at `at`. */
  advanceTo(at: Instant): Promise<void>
}

/** A clock that stands still until it is told: for tests that look at one moment. */
export const createManualClock = (start: Instant): ManualClock => {
  let current = start
  const sleepers = new Map<() => void, Instant>()

  return {
    now: () => current,
    sleepUntil: (at, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        if (signal.aborted || at <= current) return resolve()
        sleepers.set(wake, at)
        signal.addEventListener('abort', wake)
      }),
    async advanceTo(target) {
      await setImmediate()
      for (;;) {
        const [first] = [...sleepers].sort((one, other) => one[1] - other[1])
        if (first === undefined || first[1] > target) break
        current = Math.max(current, first[1])
        first[0]()
        await setImmediate()
      }
      current = Math.max(current, target)
    },
  }
}
