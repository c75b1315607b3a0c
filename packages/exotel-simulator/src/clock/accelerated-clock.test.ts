import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAcceleratedClock } from './accelerated-clock.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 24, 3)

describe('an accelerated clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: START })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('begins in the past, runs faster, meets real time and is real time from then on', () => {
    const clock = createAcceleratedClock({ spanMs: HOUR, factor: 61 })
    expect(clock.now()).toBe(START - HOUR)
    vi.setSystemTime(START + 1_000)
    expect(clock.now()).toBe(START - HOUR + 61_000)
    for (const realMs of [60_000, 60_001, 61_000, 24 * HOUR]) {
      vi.setSystemTime(START + realMs)
      expect(clock.now()).toBe(START + realMs)
    }
  })

  it('never runs backwards and never ahead of real time', () => {
    const clock = createAcceleratedClock({ spanMs: HOUR, factor: 60 })
    let last = clock.now()
    for (let realMs = 0; realMs < 65_000; realMs += 7) {
      vi.setSystemTime(START + realMs)
      expect(clock.now()).toBeGreaterThanOrEqual(last)
      expect(clock.now()).toBeLessThanOrEqual(START + realMs)
      last = clock.now()
    }
  })

  it.each([
    { to: START - HOUR + 61_000, afterMs: 1_000 },
    { to: START, afterMs: 59_017 },
    { to: START + 90_000, afterMs: 90_000 },
  ])('wakes a sleeper after $afterMs real ms', async ({ to, afterMs }) => {
    const clock = createAcceleratedClock({ spanMs: HOUR, factor: 61 })
    let woken = false
    const sleep = clock.sleepUntil(to, new AbortController().signal).then(() => {
      woken = true
    })
    await vi.advanceTimersByTimeAsync(afterMs - 1)
    expect(woken).toBe(false)
    await vi.advanceTimersByTimeAsync(2)
    await sleep
    expect(clock.now()).toBeGreaterThanOrEqual(to)
  })

  it('wakes a sleeper at once on abort', async () => {
    const stop = new AbortController()
    const sleep = createAcceleratedClock({ spanMs: HOUR, factor: 2 }).sleepUntil(START + HOUR, stop.signal)
    stop.abort()
    await sleep
    expect(vi.getTimerCount()).toBe(0)
  })

  it('refuses to run slower than real time', () => {
    expect(() => createAcceleratedClock({ spanMs: HOUR, factor: 1 })).toThrow('factor is 1')
    expect(() => createAcceleratedClock({ spanMs: -1, factor: 2 })).toThrow('spanMs is -1')
  })
})
