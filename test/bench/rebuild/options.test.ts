import { expect, it } from 'vitest'
import { parseOptions } from './options.ts'

it('reads what is given, and three calls for ten observations where nothing is', () => {
  expect(parseOptions([])).toEqual({ observations: 1_000_000, calls: 300_000, log: 'kafka', live: 'folded', seed: 1, profileDirectory: null })
  expect(parseOptions(['--', '--observations', '10000000', '--calls', '3000000', '--log', 'embedded', '--live', 'swapped', '--seed', '7', '--profile', 'p'])).toEqual({
    observations: 10_000_000,
    calls: 3_000_000,
    log: 'embedded',
    live: 'swapped',
    seed: 7,
    profileDirectory: 'p',
  })
})

it.each([
  [['--observations', '1e6'], /--observations is "1e6"/],
  [['--observations', '2000', '--calls', '3000'], /--calls is 3000; needed is no more than/],
  [['--log', 'file'], /--log is "file"/],
  [['--live', 'no'], /--live is "no"/],
  [['--seed', '-1'], /seed/],
])('refuses %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message)
})
