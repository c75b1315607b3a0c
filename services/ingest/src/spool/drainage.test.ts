import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReceiving } from '../signs-of-life/receiving.ts'
import { createDrainage, MARKS_MAX } from './drainage.ts'

/** A spool in a test's hand. */
const stage = () => {
  const state = { now: 100, next: 0n, position: 0n }
  const monotonicMs = () => state.now
  const receiving = createReceiving(monotonicMs)
  const drainage = createDrainage({ monotonicMs, receivingSince: receiving.since, next: () => state.next, position: () => state.position })
  return { state, receiving, drainage }
}

describe('a spool', () => {
  it('that is empty is drained up to now', () => {
    const { state, drainage } = stage()
    expect(drainage.look()).toBe(100)
    state.now = 200
    expect(drainage.look()).toBe(200)
  })

  it('of which something was left by an earlier process is drained up to no moment that is known', () => {
    const { state, drainage } = stage()
    Object.assign(state, { next: 5n, position: 3n })
    expect(drainage.look()).toBeNull()
    Object.assign(state, { now: 200, next: 9n, position: 5n })
    expect(drainage.look()).toBe(100)
  })

  it('stays drained up to where it was while the log is away', () => {
    const { state, drainage } = stage()
    drainage.look()
    Object.assign(state, { now: 150, next: 1n })
    expect(drainage.look()).toBe(100)
    state.now = 900
    expect(drainage.look()).toBe(100)
    state.position = 1n
    expect(drainage.look()).toBe(900)
  })

  it('is not drained beyond a delivery that is still on its way to the disk', () => {
    const { state, receiving, drainage } = stage()
    state.now = 150
    const settled = receiving.begin()
    state.now = 300
    expect(drainage.look()).toBe(150)
    settled()
    expect(drainage.look()).toBe(300)
  })

  it('remembers so many moments and no more, and is never said to be drained further than it is', () => {
    const { state, drainage } = stage()
    state.next = 1n
    for (let nth = 0; nth < MARKS_MAX + 50; nth += 1) {
      state.now += 1
      drainage.look()
      state.next += 1n
    }
    state.position = 1n
    expect(drainage.look()).toBe(101)
    state.position = state.next
    expect(drainage.look()).toBe(state.now)
  })

  it('never claims a moment after one whose delivery the log does not have', () => {
    const step = fc.constantFrom('come', 'keep', 'refuse', 'acknowledge', 'look', 'wait')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { state, receiving, drainage } = stage()
        const coming: { at: number; settled: () => void }[] = []
        const kept: number[] = []
        for (const does of steps) {
          state.now += does === 'wait' ? 7 : 1
          if (does === 'come') coming.push({ at: state.now, settled: receiving.begin() })
          if (does === 'keep' || does === 'refuse') {
            const delivery = coming.shift()
            delivery?.settled()
            if (delivery !== undefined && does === 'keep') {
              kept.push(delivery.at)
              state.next += 1n
            }
          }
          if (does === 'acknowledge' && state.position < state.next) state.position += 1n
          if (does === 'look') {
            const unknown = [...coming.map(({ at }) => at), ...kept.slice(Number(state.position))]
            expect(drainage.look() ?? 0).toBeLessThanOrEqual(Math.min(state.now, ...unknown))
          }
        }
        // And when all is in the log, it says so at once.
        for (const { settled } of coming) settled()
        state.position = state.next
        expect(drainage.look()).toBe(state.now)
      }),
    )
  })
})
