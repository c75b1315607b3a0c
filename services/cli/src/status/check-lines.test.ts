import { describe, expect, it } from 'vitest'
import { checkLines } from './check-lines.ts'

const NOW = Date.UTC(2026, 10, 26, 12)
const AT = NOW - 120_000
const lines = (differing: readonly { readonly day: string; readonly calls: number; readonly at: number }[]) =>
  checkLines({ account: 'acme', checks: { days: 12, lastAt: AT, differing } }, NOW)

describe('what checks against the log found', () => {
  it('is not shown before there was one', () => expect(checkLines({ account: 'acme', checks: null }, NOW)).toEqual([]))

  it('is one line where all is well', () => expect(lines([])).toEqual([['checked against log', '12 days, the last 2 min ago; all are stored as the log has them']]))

  it('alarms by day, and says how to see more', () =>
    expect(lines([{ day: '2026-11-25', calls: 3, at: AT }])).toEqual([
      ['checked against log', '12 days, the last 2 min ago'],
      ['DIFFERS FROM LOG', '2026-11-25: at least 3 calls are not stored as the log has them (2 min ago); see rollcall check --day 2026-11-25 --account acme'],
    ]))

  it('names some of many', () => {
    const all = lines(Array.from({ length: 8 }, (_, nth) => ({ day: `2026-11-0${nth + 1}`, calls: 1, at: AT })))
    expect([all.length, all.at(-1)]).toEqual([7, ['', 'and 3 days more']])
  })
})
