import { describe, expect, it } from 'vitest'
import { awaitProjection, hasPassed } from './await-projection.ts'

describe('waiting for the projection', () => {
  it.each<[string, [number, bigint][], [number, bigint][], boolean]>([
    [
      'passed when every partition is at the end',
      [
        [0, 5n],
        [1, 7n],
      ],
      [
        [0, 5n],
        [1, 7n],
      ],
      true,
    ],
    ['passed when beyond it', [[0, 9n]], [[0, 5n]], true],
    [
      'not passed while one lags',
      [
        [0, 5n],
        [1, 6n],
      ],
      [
        [0, 5n],
        [1, 7n],
      ],
      false,
    ],
    ['not passed where nothing was ever projected', [], [[0, 1n]], false],
    ['passed where the log is empty', [], [[0, 0n]], true],
  ])('%s', (_rule, positions, end, expected) => {
    expect(hasPassed(new Map(positions), new Map(end))).toBe(expected)
  })

  it('asks again until the projector has passed', async () => {
    const seen = [1n, 2n, 3n]
    expect(await awaitProjection(async () => new Map([[0, seen.shift() ?? 3n]]), new Map([[0, 3n]]), new AbortController().signal)).toBe(true)
  })

  it('gives up after its bound, and says so', async () => {
    expect(await awaitProjection(async () => new Map([[0, 1n]]), new Map([[0, 3n]]), new AbortController().signal, 0)).toBe(false)
  })
})
