import { HOUR, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { describe, expect, it } from 'vitest'
import { createTroubledWindows, PAUSE_MS_MAX } from './troubled-windows.ts'

const NOW = Date.UTC(2026, 0, 1)
const window = windowAt(NOW)
const next = windowAt(NOW + WINDOW_MS)

describe('a window that could not be read', () => {
  it('stands back, ever longer up to a bound, and lets the others be read', () => {
    const troubled = createTroubledWindows()
    const pauses = Array.from({ length: 8 }, () => {
      troubled.failed(window, NOW)
      return Array.from({ length: 40 }, (_, nth) => nth * 10 * SECOND).find((after) => troubled.mayTry(window, NOW + after))
    })
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * SECOND))
    expect(pauses.at(-1)).toBe(PAUSE_MS_MAX)
    expect(troubled.mayTry(next, NOW)).toBe(true)
  })

  it('is like any other once it was read', () => {
    const troubled = createTroubledWindows()
    troubled.failed({ from: window.from, to: next.to }, NOW)
    expect(troubled.mayTry(next, NOW)).toBe(false)
    troubled.succeeded(next)
    expect(troubled.mayTry(next, NOW)).toBe(true)
    expect(troubled.mayTry(window, NOW)).toBe(false)
  })

  it('does not stand back for longer because the clock was set back', () => {
    const troubled = createTroubledWindows()
    troubled.failed(window, NOW)
    expect(troubled.mayTry(window, NOW - HOUR)).toBe(true)
  })
})
