import { expect, it } from 'vitest'
import { renderSpoolReplay } from './render-spool-replay.ts'

it.each([
  [{ spools: 1, replayed: 1, outside: 0, damagedBytes: 0 }, ['1 webhook of 1 spool was appended to the log again']],
  [
    { spools: 2, replayed: 12, outside: 3, damagedBytes: 700 },
    [
      '12 webhooks of 2 spools were appended to the log again',
      '3 more are in the spool, from other times',
      '700 bytes are damaged and were passed over: the reconciler finds the calls',
    ],
  ],
])('a replay of the spool is told in words: %j', (result, lines) => expect(renderSpoolReplay(JSON.stringify(result))).toEqual(lines))

it('anything else is shown as it is', () => expect(renderSpoolReplay('no result')).toEqual(['no result']))
