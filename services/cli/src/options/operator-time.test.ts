import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { operatorTime } from './operator-time.ts'

describe('a time on the command line', () => {
  it.each([
    ['2026-01-31 09:30', '2026-01-31T04:00:00.000Z', 'is IST where it has no zone'],
    ['2026-01-31T09:30:15', '2026-01-31T04:00:15.000Z', 'may be written the ISO way'],
    ['2026-01-31', '2026-01-30T18:30:00.000Z', 'is the midnight of its day where it has no time'],
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z', 'means its own zone where it has one'],
    ['2026-01-31T09:30:00+02:00', '2026-01-31T07:30:00.000Z', 'means its own offset where it has one'],
    [' 2024-02-29 00:00 ', '2024-02-28T18:30:00.000Z', 'may be a leap day'],
  ])('%s → %s: %s', (text, expected) => expect(new Date(operatorTime(text)).toISOString()).toBe(expected))

  it.each(['', 'yesterday', '2026-02-31', '2026-13-01', '2026-01-31 25:00', '31-01-2026', '1769850000', '2026-1-1'])('%j is refused with an example', (text) =>
    expect(() => operatorTime(text)).toThrow(InvalidArgumentError),
  )
})
