import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byWindow } from './by-window.ts'
import { contains, WINDOW_MS, windowAt } from './window.ts'

describe('items by window', () => {
  it('are each in the one window that contains them, in the order given, and in none without a time', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 5 * WINDOW_MS }))), (times) => {
        const windows = byWindow(times, (at) => at)
        for (const [from, inside] of windows) expect(inside).toEqual(times.filter((at) => at !== null && contains(windowAt(from), at)))
        expect([...windows.values()].flat().length).toBe(times.filter((at) => at !== null).length)
      }),
    )
  })
})
