import { expect, it } from 'vitest'
import { PARTS, parseOptions } from './options.ts'

it('measures everything over an outage of a minute where nothing else is asked', () => expect(parseOptions([])).toEqual({ parts: PARTS, outageSeconds: 60 }))

it('measures one part, over another outage', () =>
  expect(parseOptions(['--', '--only', 'outage', '--outage-seconds', '3600'])).toEqual({ parts: ['outage'], outageSeconds: 3_600 }))

it.each([
  [['--only', 'all'], '--only is "all"; needed is one of outage, overload'],
  [['--outage-seconds', '4'], '--outage-seconds is "4"; needed is a whole number from 5 to 3600'],
  [['--outage-seconds', '1e3'], 'needed is a whole number'],
])('refuses %j', (args, message) => expect(() => parseOptions(args)).toThrow(message))
