import { describe, expect, it } from 'vitest'
import { decideRestart, RESTARTS_MAX, RESTARTS_WITHIN_MS, TRIED_EVERY_MS } from './restart-policy.ts'

const everySecond = (count: number) => Array.from({ length: count }, (_, nth) => nth * 1_000)

describe('a child that died', () => {
  it('is started again, ever later when it keeps dying', () => {
    expect([1, 2, 3, 4, 5].map((count) => decideRestart(everySecond(count), 1))).toEqual([250, 500, 1_000, 2_000, 4_000].map((afterMs) => ({ kind: 'restart', afterMs })))
  })

  it('is given up after five restarts within a minute', () =>
    expect(decideRestart(everySecond(RESTARTS_MAX + 1), null)).toEqual({ kind: 'give-up', why: 'it ended 6 times within 60 s' }))

  it('is started again for ever when it dies seldom', () => {
    const seldom = Array.from({ length: 100 }, (_, nth) => (nth * RESTARTS_WITHIN_MS) / (RESTARTS_MAX - 1))
    for (let count = 1; count <= seldom.length; count++) expect(decideRestart(seldom.slice(0, count), 1).kind).toBe('restart')
  })

  it('is not started again when it says that somebody must act', () => expect(decideRestart([0], 2)).toMatchObject({ kind: 'give-up' }))

  it('is tried every minute where it would be given up and no call waits for it', () => {
    expect(decideRestart(everySecond(RESTARTS_MAX + 1), 1, false)).toEqual({ kind: 'restart', afterMs: TRIED_EVERY_MS })
    expect(decideRestart([0], 2, false)).toEqual({ kind: 'restart', afterMs: TRIED_EVERY_MS })
    expect(decideRestart([0], 1, false)).toEqual(decideRestart([0], 1))
  })
})
