import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'

describe('the bench', () => {
  it('measures both parts in a few interleaved rounds when nothing is asked for', () =>
    expect(parseOptions([])).toEqual({ seconds: 4, rounds: 3, parts: ['projector', 'ingest'], profileDirectory: null }))

  it('does what it is asked, also behind the package manager’s --', () =>
    expect(parseOptions(['--', '--seconds', '1', '--rounds', '5', '--only', 'ingest', '--profile', 'profiles'])).toEqual({
      seconds: 1,
      rounds: 5,
      parts: ['ingest'],
      profileDirectory: 'profiles',
    }))

  it.each([
    [['--seconds', '0'], '--seconds is "0"; needed is a whole number from 1 to 60'],
    [['--seconds', '1.5'], '--seconds is "1.5"; needed is a whole number from 1 to 60'],
    [['--rounds', '10'], '--rounds is "10"; needed is a whole number from 1 to 9'],
    [['--only', 'audit'], '--only is "audit"; needed is one of projector, ingest'],
  ])('refuses %j by name', (args, message) => expect(() => parseOptions(args)).toThrow(message))
})
