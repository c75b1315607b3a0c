import type { Instant, SimulatorClock } from './simulator-clock.ts'
import { sleepMs } from './sleep-ms.ts'

/** The computer's own time. */
export const realClock: SimulatorClock = {
  now: () => Date.now(),
  async sleepUntil(at: Instant, signal: AbortSignal) {
    while (!signal.aborted && Date.now() < at) await sleepMs(at - Date.now(), signal)
  },
}
