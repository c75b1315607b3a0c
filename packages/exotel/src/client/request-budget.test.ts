import { MINUTE, SECOND } from '@rollcall/domain/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { virtualTime } from '../testing/virtual-time.ts'
import { createRequestBudget, RETRY_AFTER_MS_MAX, rateThatSustains, sustainedPerMinute } from './request-budget.ts'
import { sleep } from './sleep.ts'

const aBudget = (ratePerMinute: number) => {
  const time = virtualTime()
  const budget = createRequestBudget({ ratePerMinute, ...time })
  /** When each of so many requests may leave, all asked for now. */
  const take = async (count: number): Promise<number[]> => {
    const times: number[] = []
    for (let index = 0; index < count; index += 1) await budget.take().then(() => times.push(time.clock()))
    return times
  }
  return { ...time, budget, take }
}

const mostInAnyMinute = (times: readonly number[]): number => Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE).length))

describe('a request budget', () => {
  it('never spends more than its rate in any minute', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(90 * SECOND), fc.boolean()), { maxLength: 8 }),
        async (rate, rounds) => {
          const { take, move, budget } = aBudget(rate)
          const times: number[] = []
          for (const [count, idleMs, refused] of rounds) {
            times.push(...(await take(count)))
            if (refused) budget.slowDown()
            move(idleMs)
          }
          if (times.length > 0) expect(mostInAnyMinute(times)).toBeLessThanOrEqual(rate)
        },
      ),
      { numRuns: 200 },
    ))

  it('spends all of its rate when asked to', async () => {
    const { take, clock } = aBudget(50)
    const start = clock()
    await take(100)
    expect(clock() - start).toBeGreaterThan(118 * SECOND)
    expect(clock() - start).toBeLessThanOrEqual(121 * SECOND)
  })

  it.each([1, 19, 20, 39, 40, 50, 200])('of %i a minute sends, over an hour, as many in each minute as it says that it sustains', async (rate) => {
    const { take, clock } = aBudget(rate)
    const start = clock()
    await take(60 * sustainedPerMinute(rate))
    expect((clock() - start) / MINUTE).toBeCloseTo(60, -0.5)
  })

  it('is found for what is to be sustained, and no greater than it must be', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 1_000, noNaN: true }), (requests) => {
        expect(sustainedPerMinute(rateThatSustains(requests))).toBeGreaterThanOrEqual(requests - 1e-9)
        expect(sustainedPerMinute(rateThatSustains(requests) - 1.1)).toBeLessThan(requests)
      }),
    )
  })

  it('is silent for as long as Retry-After says, whoever asks', async () => {
    const { take, clock, budget } = aBudget(60)
    await take(1)
    const until = clock() + 30 * SECOND
    budget.slowDown(30 * SECOND)
    budget.slowDown(10 * SECOND)
    expect(budget.snapshot().pausedForMs).toBe(30 * SECOND)
    const times = await take(3)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(until)
  })

  it('keeps a silence that was asked for earlier, and is not slower for it', async () => {
    const { budget, clock, take } = aBudget(60)
    const start = clock()
    budget.pause(-5 * SECOND)
    expect(budget.snapshot().pausedForMs).toBe(0)
    budget.pause(30 * SECOND)
    budget.pause(10 * SECOND)
    expect(budget.snapshot()).toMatchObject({ pausedForMs: 30 * SECOND, ratePerMinute: 60, slowdowns: 0 })
    const [first = 0] = await take(1)
    expect(first - start).toBeGreaterThanOrEqual(30 * SECOND)
  })

  it('bounds a Retry-After that no one means', () => {
    const { budget } = aBudget(60)
    budget.slowDown(1e12)
    expect(budget.snapshot().pausedForMs).toBe(RETRY_AFTER_MS_MAX)
  })

  it('halves on 429, once for the answers that were under way together, and comes back slowly', () => {
    const { move, budget } = aBudget(100)
    budget.slowDown()
    budget.slowDown()
    expect(budget.snapshot()).toMatchObject({ ratePerMinute: 50, slowdowns: 1, tokens: 0 })
    move(MINUTE)
    expect(budget.snapshot().ratePerMinute).toBeCloseTo(60)
    budget.slowDown()
    expect(budget.snapshot()).toMatchObject({ ratePerMinute: 30, slowdowns: 2 })
    move(60 * MINUTE)
    expect(budget.snapshot().ratePerMinute).toBe(100)
  })

  it('never slows to a standstill', () => {
    const { move, budget } = aBudget(100)
    for (let index = 0; index < 50; index += 1) {
      budget.slowDown()
      move(6 * SECOND)
    }
    expect(budget.snapshot().ratePerMinute).toBeGreaterThanOrEqual(5)
  })

  it('gathers no more than a burst, however long nobody asks', async () => {
    const { move, budget } = aBudget(60)
    move(2 * 60 * MINUTE)
    expect(budget.snapshot()).toMatchObject({ tokens: 3, burst: 3 })
  })

  it('lets a waiter go at once when its signal aborts, and does not spend its token', async () => {
    const budget = createRequestBudget({ ratePerMinute: 1, monotonic: () => performance.now(), sleep })
    await budget.take()
    const [front, back] = [new AbortController(), new AbortController()]
    const waits = [budget.take(front.signal), budget.take(back.signal)]
    back.abort(new Error('enough'))
    await expect(waits[1]).rejects.toThrow('enough')
    front.abort(new Error('stop'))
    await expect(waits[0]).rejects.toThrow('stop')
    await expect(budget.take(AbortSignal.abort(new Error('never')))).rejects.toThrow('never')
    expect(budget.snapshot()).toMatchObject({ taken: 1, waiting: 0 })
  })

  it('refuses a rate that is none', () => expect(() => createRequestBudget({ ratePerMinute: 0, ...virtualTime() })).toThrow('ratePerMinute is 0; a number above 0 is needed'))
})
