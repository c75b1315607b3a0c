import { expect, it } from 'vitest'
import { addStats, type SimulatorStats } from './simulator-stats.ts'

it('counts of several accounts add up; time and playing do not', () => {
  const stats = (playing: boolean, callsBegun: number) => ({ now: 7, playing, callsBegun, apiRequests: 1 }) as SimulatorStats
  expect(addStats(stats(false, 1), stats(true, 2), stats(false, 3))).toEqual({ now: 7, playing: true, callsBegun: 6, apiRequests: 3 })
  expect(addStats(stats(false, 1), stats(false, 2)).playing).toBe(false)
})
