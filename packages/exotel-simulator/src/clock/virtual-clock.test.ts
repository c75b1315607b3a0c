import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createVirtualClock } from './virtual-clock.ts'

const DAY = 86_400_000
const never = new AbortController().signal
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await setImmediate()
}

describe('a virtual clock', () => {
  it('jumps to what happens next, in the order of the times', async () => {
    const clock = createVirtualClock({ spanMs: DAY, wall: () => 10 * DAY })
    expect(clock.now()).toBe(9 * DAY)
    const seen: number[] = []
    await Promise.all([5_000, 80_000_000, 3, 5_000].map(async (after) => clock.sleepUntil(9 * DAY + after, never).then(() => seen.push(clock.now() - 9 * DAY))))
    expect(seen).toEqual([3, 5_000, 5_000, 80_000_000])
  })

  it('takes tens of thousands of sleepers', async () => {
    const clock = createVirtualClock({ spanMs: DAY, wall: () => 10 * DAY })
    const began = performance.now()
    let woken = 0
    await Promise.all(Array.from({ length: 30_000 }, async (_, nth) => clock.sleepUntil(9 * DAY + ((nth * 7_919) % 30_000), never).then(() => woken++)))
    expect(woken).toBe(30_000)
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  it('stands still while nobody sleeps', async () => {
    const clock = createVirtualClock({ spanMs: DAY, wall: () => 10 * DAY })
    await settled()
    expect(clock.now()).toBe(9 * DAY)
  })

  it('is real time from where it meets it', async () => {
    let real = 10 * DAY
    const clock = createVirtualClock({ spanMs: 1_000, wall: () => real })
    const waking = clock.sleepUntil(10 * DAY + 20, never)
    await settled()
    expect(clock.now()).toBe(10 * DAY)
    real += 20
    await waking
    expect(clock.now()).toBe(real)
  })

  it('does not run further ahead of an unanswered request than its slack', async () => {
    const clock = createVirtualClock({ spanMs: DAY, slackMs: 1_000, wall: () => 10 * DAY })
    const release = clock.hold?.()
    const woken: number[] = []
    const sleeping = Promise.all([800, 2_000].map(async (after) => clock.sleepUntil(9 * DAY + after, never).then(() => woken.push(after))))
    await settled()
    expect(woken).toEqual([800])
    release?.()
    await sleeping
    expect(woken).toEqual([800, 2_000])
  })

  it('wakes at once when the signal aborts', async () => {
    const stopping = new AbortController()
    const clock = createVirtualClock({ spanMs: DAY, slackMs: 0, wall: () => 10 * DAY })
    clock.hold?.()
    const sleeping = clock.sleepUntil(9 * DAY + 1, stopping.signal)
    await settled()
    stopping.abort()
    await sleeping
    expect(clock.now()).toBe(9 * DAY)
  })

  it.each([{ spanMs: -1 }, { spanMs: Number.NaN }, { spanMs: 1, slackMs: -1 }])('refuses %j', (options) => {
    expect(() => createVirtualClock(options)).toThrow(RangeError)
  })
})
