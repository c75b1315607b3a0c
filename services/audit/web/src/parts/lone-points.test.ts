import { describe, expect, it } from 'vitest'
import { lonePoints } from './lone-points.ts'

describe('the points that a line does not reach', () => {
  it.each<[string, readonly (number | null)[], readonly number[]]>([
    ['a single value', [7], [0]],
    ['a single value among none', [null, null, 7, null], [2]],
    ['a zero', [null, 0, null], [1]],
    ['the first and the last', [1, null, 2, 3, null, 4], [0, 5]],
    ['none where there is a line', [1, 2, 3], []],
    ['none where there is nothing', [null, null], []],
    ['none of no values', [], []],
  ])('%s', (_, values, lone) => expect(lonePoints(values)).toEqual(lone))
})
