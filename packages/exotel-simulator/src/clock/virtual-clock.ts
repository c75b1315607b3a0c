import { setImmediate } from 'node:timers/promises'
import type { Instant, SimulatorClock } from './simulator-clock.ts'
import { sleepMs } from './sleep-ms.ts'

/** How far simulated time may run ahead of a request that has no answer yet. */
const SLACK_MS_DEFAULT = 60_000

export interface VirtualClockOptions {
  /** How far in the past simulated time begins. */
  readonly spanMs: number
  /** How far time may run ahead, in simulated milliseconds, of a webhook that is still unanswered: less is truer, more is faster. */
  readonly slackMs?: number
  readonly wall?: () => Instant
}

interface Sleeper {
  readonly at: Instant
  readonly wake: () => void
}

/**
 * Simulated time begins `spanMs` ago and jumps to whatever happens next, as fast as the receiver takes it: a day of calls in seconds.
 * Where it meets real time it is real time from then on. It stands still while nobody sleeps.
 */
export const createVirtualClock = ({ spanMs, slackMs = SLACK_MS_DEFAULT, wall = Date.now }: VirtualClockOptions): SimulatorClock => {
  if (!(spanMs >= 0)) throw new RangeError(`spanMs is ${spanMs}: give the milliseconds of past to play, 0 or more`)
  if (!(slackMs >= 0)) throw new RangeError(`slackMs is ${slackMs}: give milliseconds, 0 or more`)
  let current = wall() - spanMs
  let hasMet = false
  const sleepers = new Set<Sleeper>()
  const holds = new Set<{ readonly since: Instant }>()
  let isTurning = false

  const now = (): Instant => {
    if (hasMet) return wall()
    return current
  }

  const heldUntil = (): Instant => Math.min(...[...holds].map(({ since }) => since + slackMs))

  /** Lets whatever was woken run and go to sleep again before time moves on. */
  const turn = async (): Promise<void> => {
    if (isTurning) return
    isTurning = true
    while (sleepers.size > 0 && !hasMet) {
      await setImmediate()
      const next = Math.min(...[...sleepers].map(({ at }) => at))
      if (next >= wall()) {
        hasMet = true
        break
      }
      // Released holds turn again.
      if (next > heldUntil()) break
      current = Math.max(current, next)
      for (const sleeper of [...sleepers]) if (sleeper.at <= current) sleeper.wake()
    }
    isTurning = false
    if (hasMet) for (const sleeper of [...sleepers]) sleeper.wake()
  }
  const turnSoon = () => {
    turn().catch(() => {})
  }

  const sleepVirtually = (at: Instant, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        sleepers.delete(sleeper)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const sleeper: Sleeper = { at, wake }
      sleepers.add(sleeper)
      signal.addEventListener('abort', wake)
      turnSoon()
    })

  return {
    now,
    async sleepUntil(at, signal) {
      while (!signal.aborted && now() < at) {
        if (hasMet) await sleepMs(at - wall(), signal)
        else await sleepVirtually(at, signal)
      }
    },
    hold() {
      const held = { since: now() }
      holds.add(held)
      return () => {
        holds.delete(held)
        turnSoon()
      }
    },
  }
}
