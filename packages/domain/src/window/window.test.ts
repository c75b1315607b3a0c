import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contains, WINDOW_MS, windowAt, windowsBetween } from './window.ts'

describe('windows', () => {
  it('hold each moment in exactly one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (at) => {
        const neighbours = windowsBetween(at - WINDOW_MS, at + WINDOW_MS)
        return neighbours.filter((window) => contains(window, at)).length === 1 && contains(windowAt(at), at)
      }),
    )
  })

  it('begin with their first moment and end before their last', () => {
    const window = windowAt(Date.UTC(2026, 0, 1))
    expect([window.from - 1, window.from, window.to - 1, window.to].map((at) => contains(window, at))).toEqual([false, true, true, false])
    expect(windowAt(window.to).from).toBe(window.to)
  })

  it('follow each other without a gap, also through an hour without calls', () => {
    const windows = windowsBetween(Date.UTC(2026, 0, 1, 0, 1), Date.UTC(2026, 0, 1, 1, 0))
    expect(windows).toHaveLength(12)
    expect(windows.slice(1).every((window, nth) => window.from === windows[nth]?.to)).toBe(true)
  })

  it('begin with the IST day', () => {
    expect(windowAt(Date.UTC(2026, 0, 1, 18, 30)).from).toBe(Date.UTC(2026, 0, 1, 18, 30))
  })
})
