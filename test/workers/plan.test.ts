import { randomFrom } from '@rollcall/projector/testing/random-from'
import { describe, expect, it } from 'vitest'
import { disturbancesOf, parsePlan } from './plan.ts'

describe('a run', () => {
  it('is the one that is promised when nothing else is asked for', () => {
    expect(parsePlan(['--', '--seed', '7'])).toEqual({ pauseOnly: false, rebalances: 100, minutes: 10, pauseSeconds: 60, recordsPerSecond: 400, seed: 7 })
  })

  it('is of the pause alone where that is asked for', () => expect(parsePlan(['--pause-only', '--pause', '7'])).toMatchObject({ pauseOnly: true, pauseSeconds: 7 }))

  it.each([
    ['--rebalances', '0'],
    ['--minutes', 'ten'],
    ['--pause', ''],
    ['--rate', '1e9'],
  ])('is refused with %s %s', (option, value) => {
    expect(() => parsePlan([option, value])).toThrow(`${option} is "${value}"; needed is`)
  })

  it('does the same again for the same seed, everything to everybody', () => {
    const of = (seed: number) => disturbancesOf({ rebalances: 100 }, 3, randomFrom(seed))
    expect(of(1)).toEqual(of(1))
    expect(new Set(of(1).map(({ what }) => what)).size).toBe(3)
    expect(new Set(of(1).map(({ projector }) => projector))).toEqual(new Set([0, 1, 2]))
  })
})
