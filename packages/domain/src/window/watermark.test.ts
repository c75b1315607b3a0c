import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { watermarkOf } from './watermark.ts'
import { WINDOW_MS } from './window.ts'
import type { WindowState } from './window-state.ts'

const T = Date.UTC(2026, 0, 1)
const windowsIn = (...states: WindowState['state'][]) => states.map((state, nth) => ({ from: T + nth * WINDOW_MS, state }))

describe('the watermark', () => {
  it.each<[string, WindowState['state'][], number, WindowState['state'] | null]>([
    ['is the end of the newest window where all are closed', ['final', 'amended', 'final'], 3, null],
    ['stops before the first window that is not closed, whatever is closed after it', ['final', 'provisional', 'final'], 1, 'provisional'],
    ['stops before a gap for good', ['final', 'amended', 'gap', 'final'], 2, 'gap'],
    ['is where the windows begin when the first is not closed', ['settling', 'final'], 0, 'settling'],
    ['stops before the window that is still open', ['final', 'open'], 1, 'open'],
  ])('%s', (_rule, states, closed, state) => {
    const at = T + closed * WINDOW_MS
    expect(watermarkOf(windowsIn(...states))).toEqual({ at, heldBy: state === null ? null : { from: at, state } })
  })

  it('is nowhere without windows', () => expect(watermarkOf([])).toEqual({ at: null, heldBy: null }))

  it('goes back for no window that closes', () => {
    const states = fc.array(fc.constantFrom<WindowState['state']>('open', 'settling', 'provisional', 'final', 'amended', 'gap'), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(states, fc.nat(), (given, nth) => {
        const closed = given.with(nth % given.length, 'final')
        expect(watermarkOf(windowsIn(...closed)).at).toBeGreaterThanOrEqual(watermarkOf(windowsIn(...given)).at ?? 0)
      }),
    )
  })
})
