import { MINUTE, SECOND } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { virtualTime } from '../testing/virtual-time.ts'
import { BREAKER_FAILURES_MAX, createCircuitBreaker } from './circuit-breaker.ts'
import { ExotelError, type ExotelErrorKind } from './exotel-error.ts'

const aBreaker = (random = 1) => {
  const time = virtualTime()
  const breaker = createCircuitBreaker({ ...time, random: () => random })
  const fail = (kind: ExotelErrorKind) => breaker.execute(() => Promise.reject(new ExotelError(kind, kind))).catch((error: ExotelError) => error.kind)
  const failTimes = async (times: number, kind: ExotelErrorKind = 'timed-out') => {
    for (let nth = 0; nth < times; nth += 1) await fail(kind)
  }
  return { ...time, breaker, fail, failTimes, succeed: () => breaker.execute(async () => 'done') }
}

describe('a circuit breaker', () => {
  it.each<ExotelErrorKind>(['timed-out', 'not-reached', 'connection-lost', 'server-error', 'html', 'not-json'])('opens when Exotel is not there: %s', async (kind) => {
    const { breaker, failTimes } = aBreaker()
    await failTimes(BREAKER_FAILURES_MAX - 1, kind)
    expect(breaker.snapshot().state).toBe('closed')
    await failTimes(1, kind)
    expect(breaker.snapshot().state).toBe('open')
  })

  it.each<ExotelErrorKind>(['rate-limited', 'not-authenticated', 'not-enabled', 'forbidden', 'rejected', 'not-found', 'wrong-shape'])(
    'takes an answer for an answer: %s',
    async (kind) => {
      const { breaker, failTimes } = aBreaker()
      await failTimes(BREAKER_FAILURES_MAX - 1)
      await failTimes(1, kind)
      await failTimes(BREAKER_FAILURES_MAX - 1)
      expect(breaker.snapshot()).toMatchObject({ state: 'closed', failuresInARow: BREAKER_FAILURES_MAX - 1 })
    },
  )

  it('counts neither a stop of ours nor a fault of ours', async () => {
    const { breaker, failTimes } = aBreaker()
    await failTimes(BREAKER_FAILURES_MAX - 1)
    await failTimes(5, 'stopped')
    await expect(breaker.execute(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', failuresInARow: BREAKER_FAILURES_MAX - 1 })
  })

  it('stays open twice as long after each probe that fails, up to a minute, and begins anew once one succeeds', async () => {
    const { breaker, failTimes, fail, move, succeed } = aBreaker()
    await failTimes(BREAKER_FAILURES_MAX)
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      expect(breaker.snapshot().openForMs).toBe(seconds * SECOND)
      move(seconds * SECOND - 1)
      expect(await fail('timed-out')).toBe('unavailable')
      move(1)
      expect(await fail('timed-out')).toBe('timed-out')
    }
    move(MINUTE)
    expect(await succeed()).toBe('done')
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', failuresInARow: 0, openings: 7 })
    await failTimes(BREAKER_FAILURES_MAX)
    expect(breaker.snapshot().openForMs).toBe(5 * SECOND)
  })

  it('opens for half of its time at the least', async () => {
    const { breaker, failTimes } = aBreaker(0)
    await failTimes(BREAKER_FAILURES_MAX)
    expect(breaker.snapshot().openForMs).toBe(2.5 * SECOND)
  })

  it('lets one probe through at a time', async () => {
    const { breaker, failTimes, move, fail, succeed } = aBreaker()
    await failTimes(BREAKER_FAILURES_MAX)
    move(MINUTE)
    let answer = (_: string): void => {}
    const probe = breaker.execute(() => new Promise<string>((resolve) => (answer = resolve)))
    expect(await fail('timed-out')).toBe('unavailable')
    answer('there')
    expect(await probe).toBe('there')
    expect(await succeed()).toBe('done')
  })
})
