import { describe, expect, it } from 'vitest'
import { createRateLimit } from './rate-window.ts'

const taken = (options: Parameters<typeof createRateLimit>[0], seconds: readonly number[]) => {
  const rate = createRateLimit(options)
  return seconds.map((second) => rate.take('GET', second * 1_000))
}

describe('a rate limit', () => {
  it('in any 60 seconds', () => {
    expect(taken({ perMinute: 2 }, [50, 59, 61, 109, 110, 118, 119])).toEqual([
      { allowed: true, remaining: 1, resetSeconds: 0 },
      { allowed: true, remaining: 0, resetSeconds: 51 },
      { allowed: false, remaining: 0, resetSeconds: 49 },
      { allowed: false, remaining: 0, resetSeconds: 1 },
      { allowed: true, remaining: 0, resetSeconds: 9 },
      { allowed: false, remaining: 0, resetSeconds: 1 },
      { allowed: true, remaining: 0, resetSeconds: 51 },
    ])
  })

  it('in each minute of the clock: twice as many around its turn', () => {
    expect(taken({ perMinute: 2, window: 'fixed' }, [58, 59, 59, 60, 61, 62])).toEqual([
      { allowed: true, remaining: 1, resetSeconds: 2 },
      { allowed: true, remaining: 0, resetSeconds: 1 },
      { allowed: false, remaining: 0, resetSeconds: 1 },
      { allowed: true, remaining: 1, resetSeconds: 60 },
      { allowed: true, remaining: 0, resetSeconds: 59 },
      { allowed: false, remaining: 0, resetSeconds: 58 },
    ])
  })

  it('is one for all methods, or one for each', () => {
    const allowed = (buckets: 'shared' | 'by-method') => {
      const rate = createRateLimit({ perMinute: 1, buckets })
      return ['GET', 'POST', 'GET', 'POST'].map((method) => rate.take(method, 0).allowed)
    }
    expect(allowed('shared')).toEqual([true, false, false, false])
    expect(allowed('by-method')).toEqual([true, true, false, false])
  })

  it('of 0 is none', () => {
    for (const { allowed } of taken({ perMinute: 0 }, [0, 0, 0])) expect(allowed).toBe(true)
  })
})
