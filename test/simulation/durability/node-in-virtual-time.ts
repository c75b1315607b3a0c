/**
 * Node's own clocks, timers and chance, replaced for as long as a simulation runs, so that the run loops of the services are the ones that
 * run in life, unchanged: whatever they wait for is an event of the life that waits, and whatever they draw comes from the run's seed.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'
import type { Random } from '@rollcall/exotel-simulator/random'
import type { Event, VirtualTime } from './virtual-time.ts'

const RANDOM_INT_MAX = 2 ** 32

/** Gives back what undoes it. Only one simulation runs in a thread at a time. */
export const putNodeInVirtualTime = (time: VirtualTime, random: Random): (() => void) => {
  const startedAt = time.now()
  const timeout = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const life = time.current()
    return new Timer(time, () => time.after(ms, life, () => work(...args)))
  }
  const interval = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
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
  const clear = (timer: Timer | undefined): void => timer?.close()
  const sleep = <T>(ms = 0, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal))
      const stop = (): void => {
        time.cancel(event)
        reject(abortError(signal))
      }
      const event = time.after(ms, time.current(), () => {
        signal?.removeEventListener('abort', stop)
        resolve(value)
      })
      signal?.addEventListener('abort', stop, { once: true })
    })
  async function* every<T>(ms = 0, value?: T, options: { signal?: AbortSignal } = {}): AsyncGenerator<T | undefined> {
    for (;;) yield sleep(ms, value, options)
  }

  const replacements: readonly (readonly [object, Readonly<Record<string, unknown>>])[] = [
    [
      globalThis,
      {
        setTimeout: timeout,
        setInterval: interval,
        setImmediate: (work: (...args: unknown[]) => void, ...args: unknown[]) => timeout(work, 0, ...args),
        clearTimeout: clear,
        clearInterval: clear,
        clearImmediate: clear,
      },
    ],
    [timers, { setTimeout: sleep, setInterval: every, setImmediate: (value: unknown, options: { signal?: AbortSignal }) => sleep(0, value, options) }],
    [Date, { now: () => Math.floor(time.now() + (time.current()?.aheadMs ?? 0)) }],
    [performance, { now: () => time.now() - startedAt }],
    [Math, { random: () => random.unit() }],
    [crypto, { randomInt: (below: number) => Math.floor(random.unit() * Math.min(below, RANDOM_INT_MAX)) }],
  ]
  const undo = replacements.map(([target, properties]) => {
    const before = Object.keys(properties).map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const)
    for (const [name, value] of Object.entries(properties)) Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: true })
    return () => {
      for (const [name, descriptor] of before) {
        if (descriptor === undefined) Reflect.deleteProperty(target, name)
        else Object.defineProperty(target, name, descriptor)
      }
    }
  })
  syncBuiltinESMExports()
  return () => {
    for (const each of undo) each()
    syncBuiltinESMExports()
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

const abortError = (signal: AbortSignal | undefined): Error =>
  Object.assign(new Error('The operation was aborted', { cause: signal?.reason }), { name: 'AbortError', code: 'ABORT_ERR' })
