/**
 * Node's own clocks, timers and chance, replaced while a simulation runs, so that the run loops of the services are the ones that run in
 * life, unchanged: whatever they wait for is an event of the life that waits, and whatever they draw comes from the run's seed.
 *
 * The replacements stand from the first simulation of a thread on, and are Node's own again whenever none runs: to put them in anew for every
 * run made Node look through all its modules each time.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'
import type { Random } from '@rollcall/exotel-simulator/random'
import type { Event, VirtualTime } from './virtual-time.ts'

const RANDOM_INT_MAX = 2 ** 32

interface Simulation {
  readonly time: VirtualTime
  readonly random: Random
  readonly startedAt: number
}

let simulation: Simulation | null = null
let isReplaced = false

/** Gives back what undoes it. Only one simulation runs in a thread at a time. */
export const putNodeInVirtualTime = (time: VirtualTime, random: Random): (() => void) => {
  if (simulation !== null) throw new Error('a simulation runs in this thread already')
  if (!isReplaced) replaceAll()
  isReplaced = true
  simulation = { time, random, startedAt: time.now() }
  return () => {
    simulation = null
  }
}

const running = (): Simulation => {
  if (simulation === null) throw new Error('no simulation runs')
  return simulation
}

type Work = (...args: unknown[]) => void

const timeout = (work: Work, ms = 0, ...args: unknown[]): Timer => {
  const { time } = running()
  const life = time.current()
  return new Timer(time, () => time.after(ms, life, args.length === 0 ? work : () => work(...args)))
}

const interval = (work: Work, ms = 0, ...args: unknown[]): Timer => {
  const { time } = running()
  const life = time.current()
  const timer: Timer = new Timer(time, () => {
    const again = (): Event =>
      time.after(ms, life, () => {
        timer.event = again()
        work(...args)
      })
    return again()
  })
  return timer
}

const sleep = <T>(ms = 0, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const { time } = running()
    if (signal === undefined) return void time.after(ms, time.current(), () => resolve(value))
    if (signal.aborted) return reject(abortError(signal))
    const stop = (): void => {
      time.cancel(event)
      reject(abortError(signal))
    }
    const event = time.after(ms, time.current(), () => {
      signal.removeEventListener('abort', stop)
      resolve(value)
    })
    signal.addEventListener('abort', stop, { once: true })
  })

async function* every<T>(ms = 0, value?: T, options: { signal?: AbortSignal } = {}): AsyncGenerator<T | undefined> {
  for (;;) yield sleep(ms, value, options)
}

/**
 * Node keeps a signal of its own `any` for as long as it is listened to and has not aborted: for ever, where the life that listens was killed,
 * and with it the whole run.
 */
const anyOf = (signals: Iterable<AbortSignal>): AbortSignal => {
  const either = new AbortController()
  for (const signal of signals) {
    if (signal.aborted) either.abort(signal.reason)
    else signal.addEventListener('abort', () => either.abort(signal.reason), { once: true })
  }
  return either.signal
}

const replaceAll = (): void => {
  replace(globalThis, {
    setTimeout: timeout,
    setInterval: interval,
    setImmediate: (work: Work, ...args: unknown[]) => timeout(work, 0, ...args),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  })
  replace(timers, { setTimeout: sleep, setInterval: every, setImmediate: (value: unknown, options?: { signal?: AbortSignal }) => sleep(0, value, options) })
  replace(AbortSignal, { any: anyOf })
  replace(Date, { now: () => Math.floor(running().time.now() + (running().time.current()?.aheadMs ?? 0)) })
  replace(performance, { now: () => running().time.now() - running().startedAt })
  replace(Math, { random: () => running().random.unit() })
  replace(crypto, { randomInt: (below: number) => Math.floor(running().random.unit() * Math.min(below, RANDOM_INT_MAX)) })
  syncBuiltinESMExports()
}

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>

/** Each function of `target` by the one of its name, for as long as a simulation runs. */
const replace = (target: object, replacements: Functions): void => {
  for (const [name, replacement] of Object.entries(replacements) as [string, (...args: unknown[]) => unknown][]) {
    const own = Reflect.get(target, name) as (...args: unknown[]) => unknown
    const value = function (this: unknown, ...args: unknown[]): unknown {
      return simulation === null ? Reflect.apply(own, this, args) : replacement(...args)
    }
    Object.defineProperty(target, name, { value: Object.assign(value, own), configurable: true, writable: true, enumerable: true })
  }
}

/** As much of a Node timer as anybody uses. */
class Timer {
  event: Event
  readonly #time: VirtualTime
  readonly #begin: () => Event
  constructor(time: VirtualTime, begin: () => Event) {
    this.#time = time
    this.#begin = begin
    this.event = begin()
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  refresh(): this {
    this.close()
    this.event = this.#begin()
    return this
  }
  close(): void {
    this.#time.cancel(this.event)
  }
}

const clear = (timer: Timer | undefined): void => timer?.close()

const abortError = (signal: AbortSignal): Error => Object.assign(new Error('The operation was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' })
