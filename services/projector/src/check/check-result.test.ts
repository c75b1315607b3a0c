import { describe, expect, it } from 'vitest'
import { checkLines, exitCodeOf } from './check-result.ts'
import type { Check } from './tell-check.ts'

const equal: Check = {
  id: 'id',
  account: 'acme',
  day: '2026-11-25',
  seed: null,
  startedAt: 0,
  endedAt: 2_500,
  read: new Map([[0, { from: 1n, to: 9n }]]),
  observations: 12,
  refused: 0,
  told: { calls: 3, sha256: 'aa' },
  stored: { calls: 3, sha256: 'aa' },
  equal: true,
  records: [],
  differences: [],
  whole: true,
}
const different: Check = {
  ...equal,
  stored: { calls: 2, sha256: 'bb' },
  equal: false,
  whole: false,
  differences: [
    { callSid: 'a', kind: 'other', columns: ['price', 'state'] },
    { callSid: 'b', kind: 'missing', columns: [] },
    { callSid: 'c', kind: 'untold', columns: [] },
  ],
}

describe('what a check prints', () => {
  it('is the answer first, and then the calls that differ', () => {
    expect(checkLines({ checks: [equal] }, false)).toEqual([
      'acme 2026-11-25: equal: the log gives the calls that are stored',
      '  by the log    3 calls  aa',
      '  stored        3 calls  aa',
      '  observations  12, folded in 2.5 s',
    ])
    expect(checkLines({ checks: [{ ...equal, refused: 2 }] }, false)[3]).toBe('  observations  12, folded in 2.5 s; 2 left out, since Postgres refuses what they say')
    expect(checkLines({ checks: [different] }, false).slice(4)).toEqual([
      '  a  is not stored as the log has it: price, state',
      '  b  is not stored',
      '  c  is stored, and the log does not tell of it',
      '  and more',
    ])
  })

  it('is a JSON line for each day', () => {
    const lines = checkLines({ checks: [equal, different] }, true).map((line) => JSON.parse(line) as object)
    expect(lines).toMatchObject([
      { outcome: 'equal', differing: 0, day: '2026-11-25' },
      { outcome: 'differs', differing: 3 },
    ])
  })

  it('counts a difference that was found in no one call', () => {
    const [line = ''] = checkLines({ checks: [{ ...different, differences: [] }] }, true)
    expect(JSON.parse(line)).toMatchObject({ outcome: 'differs', differing: 1 })
  })
})

describe('the exit code of a check', () => {
  it.each([
    ['all days are equal', { checks: [equal] }, 0],
    ['there was none to check', 'none', 0],
    ['one of them differs', { checks: [equal, different] }, 3],
    ['another one is running', 'held', 4],
  ] as const)('where %s', (_, checked, code) => expect(exitCodeOf(checked)).toBe(code))
})
