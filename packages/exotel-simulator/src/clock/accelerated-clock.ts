import type { Instant, SimulatorClock } from './simulator-clock.ts'
import { sleepMs } from './sleep-ms.ts'

export interface AcceleratedClockOptions {
  /** How far in the past simulated time begins. */
  readonly spanMs: number
  /** How many simulated milliseconds pass in a real one until the two meet. Above 1. */
  readonly factor: number
  readonly wall?: () => Instant
}

/**
 * Simulated time begins `spanMs` ago, runs `factor` times as fast, meets real time after spanMs / (factor - 1) and is real time from
 * then on. So an hour of calls is played in a minute, lies in the past hour, and no skew is left for whoever compares clocks.
 */
export const createAcceleratedClock = ({ spanMs, factor, wall = Date.now }: AcceleratedClockOptions): SimulatorClock => {
  if (!(spanMs >= 0)) throw new RangeError(`spanMs is ${spanMs}: give the milliseconds of past to play, 0 or more`)
  if (!(factor > 1)) throw new RangeError(`factor is ${factor}: simulated time has to run faster than real time to meet it, give a number above 1`)
  const began = wall()
  const meeting = began + spanMs / (factor - 1)

  const simulated = (real: Instant): Instant => (real >= meeting ? real : Math.floor(began - spanMs + factor * (real - began)))
  const realInstantOf = (at: Instant): Instant => (at >= meeting ? at : began + (at - began + spanMs) / factor)
  const now = () => simulated(wall())

  return {
    now,
    async sleepUntil(at, signal) {
      while (!signal.aborted && now() < at) await sleepMs(realInstantOf(at) - wall(), signal)
    },
  }
}
