import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { describe, expect, it } from 'vitest'
import { putNodeInVirtualTime } from './node-in-virtual-time.ts'
import { createVirtualTime } from './virtual-time.ts'

const START = Date.UTC(2026, 0, 5)
const turn = setImmediate

const inVirtualTime = async <T>(work: () => Promise<T>): Promise<T> => {
  const time = createVirtualTime(START)
  const giveBack = putNodeInVirtualTime(time, createRandom(1))
  try {
    let result: Promise<T> | null = null
    time.after(0, null, () => {
      result = work()
    })
    await time.run(() => false)
    return await (result as unknown as Promise<T>)
  } finally {
    giveBack()
  }
}

describe('Node in virtual time', () => {
  it('waits no time, tells the time of the run, and draws the same each time', async () => {
    const work = async () => {
      await sleep(3_600_000)
      await new Promise((resolve) => setTimeout(resolve, 250))
      return { now: Date.now(), passed: Math.round(performance.now()), drawn: [Math.random(), randomInt(1_000)] }
    }
    const [first, second] = [await inVirtualTime(work), await inVirtualTime(work)]
    expect(first).toMatchObject({ now: START + 3_600_250, passed: 3_600_250 })
    expect(second).toEqual(first)
  })

  it('is Node again when the run is over', async () => {
    await inVirtualTime(async () => Math.random())
    const before = Date.now()
    await sleep(2)
    expect(before).toBeGreaterThan(START)
    expect(new Set(Array.from({ length: 10 }, () => Math.random())).size).toBe(10)
    expect(await inVirtualTime(async () => Date.now())).toBe(START)
  })

  it('refuses a second run in the same thread', () =>
    inVirtualTime(async () => {
      expect(() => putNodeInVirtualTime(createVirtualTime(START), createRandom(2))).toThrow('a simulation runs in this thread already')
    }))

  it('wakes who sleeps when either of two signals aborts, at once where one has', async () => {
    const woken = await inVirtualTime(async () => {
      const [one, other] = [new AbortController(), new AbortController()]
      const either = AbortSignal.any([one.signal, other.signal])
      setTimeout(() => other.abort('why'), 40)
      const name = await sleep(10_000, null, { signal: either }).catch((error: Error) => error.name)
      return { name, at: performance.now(), reason: either.reason, late: AbortSignal.any([one.signal, other.signal]).aborted }
    })
    expect(woken).toEqual({ name: 'AbortError', at: 40, reason: 'why', late: true })
  })

  it('lets go of a signal of two whose listener was killed: a long simulation would keep every run', async () => {
    setFlagsFromString('--expose_gc')
    const collect = runInNewContext('gc') as () => void
    const held = await inVirtualTime(async () => {
      const either = AbortSignal.any([new AbortController().signal, new AbortController().signal])
      either.addEventListener('abort', () => {})
      return new WeakRef(either)
    })
    await new Promise((resolve) => turn(resolve))
    collect()
    expect(held.deref()).toBeUndefined()
  })
})
