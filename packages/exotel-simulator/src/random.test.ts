import { describe, expect, it } from 'vitest'
import { createRandom } from './random.ts'

describe('chance from a seed', () => {
  it('repeats for the same seed and path, and differs for any other', () => {
    const draws = (seed: number, ...path: number[]) => createRandom(seed, ...path).hex(32)
    expect(draws(7, 1, 2)).toBe(draws(7, 1, 2))
    const others = [draws(7, 1, 2), draws(7, 2, 1), draws(7, 1), draws(8, 1, 2), draws(7 + 2 ** 32, 1, 2)]
    expect(new Set(others).size).toBe(others.length)
  })

  it('gives no two of 200,000 paths the same draws', () => {
    const seen = new Set<string>()
    for (let call = 0; call < 200_000; call++) seen.add(createRandom(1, call, 1).hex(16))
    expect(seen.size).toBe(200_000)
  })

  it('keeps to weights, rates and means', () => {
    const random = createRandom(3)
    const picks = { often: 0, seldom: 0, never: 0 }
    const items = [
      { name: 'often', weight: 3 },
      { name: 'never', weight: 0 },
      { name: 'seldom', weight: 1 },
    ] as const
    let sum = 0
    for (let draw = 0; draw < 40_000; draw++) {
      picks[random.pick<(typeof items)[number]>(items).name]++
      sum += random.exponential(45)
    }
    expect(picks.never).toBe(0)
    expect(picks.often / 40_000).toBeCloseTo(0.75, 1)
    expect(sum / 40_000).toBeGreaterThan(44)
    expect(sum / 40_000).toBeLessThan(46)
  })
})
