import { describe, expect, it } from 'vitest'
import { completenessAnswer } from './completeness-answer.ts'

describe('completeness', () => {
  it.each([
    [2, 2, 5, 5, 'complete'],
    [2, 2, 0, 0, 'complete'],
    [2, 2, 5, 4, 'incomplete'],
    [2, 1, 5, 4, 'incomplete'],
    [2, 1, 5, 5, 'unproven'],
    [2, 0, 0, 0, 'unproven'],
  ] as const)('of %i windows, %i closed, %i listed, %i exact, is %s', (windowsExpected, windows, listed, exact, answer) =>
    expect(completenessAnswer({ windowsExpected, closed: { windows, listed, exact } })).toBe(answer),
  )
})
