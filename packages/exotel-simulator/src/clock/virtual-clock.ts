import { setImmediate } from 'node:timers/promises'
import { createAgenda } from '../agenda.ts'
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
  isAwake: boolean
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
  const sleepers = createAgenda<Sleeper>()
  const listeners = new WeakMap<AbortSignal, Set<() => void>>()
  const holds = new Set<{ readonly since: Instant }>()
  let isTurning = false

  const now = (): Instant => (hasMet ? wall() : current)

  /** When the next one who still sleeps wakes; null: nobody sleeps. */
  const nextAt = (): Instant | null => {
    const at = sleepers.nextAt()
    if (at === null || !sleepers.peek()?.isAwake) return at
    sleepers.take()
    return nextAt()
  }

  const heldUntil = (): Instant => Math.min(...[...holds].map(({ since }) => since + slackMs))

  /** Lets whatever was woken run and go to sleep again before time moves on. */
  const turn = async (): Promise<void> => {
    if (isTurning) return
    isTurning = true
    for (;;) {
      await setImmediate()
      const next = nextAt()
      if (next === null) break
      hasMet ||= next >= wall()
      // Released holds turn again.
      if (!hasMet && next > heldUntil()) break
      current = Math.max(current, next)
      for (let at = nextAt(); at !== null && (hasMet || at <= current); at = nextAt()) sleepers.take()?.wake()
      if (hasMet) break
    }
    isTurning = false
  }
  const turnSoon = () => {
    turn().catch(() => {})
  }

  /** One listener for all sleepers of a signal: taking one of many away costs as much as there are. */
  const listenersOf = (signal: AbortSignal): Set<() => void> => {
    const known = listeners.get(signal)
    if (known !== undefined) return known
    const wakes = new Set<() => void>()
    listeners.set(signal, wakes)
    signal.addEventListener('abort', () => {
      for (const wake of [...wakes]) wake()
    })
    return wakes
  }

  const sleepVirtually = (at: Instant, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const listening = listenersOf(signal)
      const wake = () => {
        sleeper.isAwake = true
        listening.delete(wake)
        resolve()
      }
      const sleeper: Sleeper = { isAwake: false, wake }
      sleepers.add(at, sleeper)
      listening.add(wake)
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
