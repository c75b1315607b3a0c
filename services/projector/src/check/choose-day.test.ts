import { describe, expect, it } from 'vitest'
import { chooseDay } from './choose-day.ts'

describe('the day that is checked next', () => {
  const days = Array.from({ length: 10 }, (_, nth) => `day ${nth}`)

  it('is the same for the same seed', () => {
    expect(chooseDay(days, 'seed')).toBe(chooseDay(days, 'seed'))
  })

  it('is any of them, about as often', () => {
    const times = new Map<string | null, number>()
    for (let seed = 0; seed < 5_000; seed += 1) {
      const day = chooseDay(days, String(seed))
      times.set(day, (times.get(day) ?? 0) + 1)
    }
    expect([...times.keys()].sort()).toEqual(days)
    for (const count of times.values()) expect(Math.abs(count - 500)).toBeLessThan(120)
  })

  it('is none where no day is closed', () => {
    expect(chooseDay([], 'seed')).toBeNull()
  })
})
