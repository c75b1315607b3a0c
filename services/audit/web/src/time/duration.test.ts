import { describe, expect, it } from 'vitest'
import { agoText, durationText } from './duration.ts'

describe('a length of time', () => {
  it.each([
    [0.44, '0.4 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [150, '2 min 30 s'],
    [1_200, '20 min'],
    [15_000, '4 h 10 min'],
    [200_000, '2 d'],
  ])('%d is %s', (seconds, words) => expect(durationText(seconds)).toBe(words))

  it('ago is whole', () => {
    const at = '2026-11-24T20:00:00.000Z'
    const after = (seconds: number) => agoText(at, Date.parse(at) + seconds * 1_000)
    expect([after(2), after(12.6), after(200), after(7_300)]).toEqual(['just now', '12 s ago', '3 min ago', '2 h ago'])
  })
})
