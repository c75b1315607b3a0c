import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY as policy } from '../testing/schedule-policy.ts'
import { HOUR, MINUTE, SECOND } from '../time.ts'
import { WINDOW_MS, windowAt } from '../window/window.ts'
import { planRescans } from './rescan.ts'
import type { WindowProgress } from './window-progress.ts'

const first = windowAt(Date.UTC(2026, 0, 1))
const NOW = first.to + 2 * HOUR
/** The window of this place, read whole so long before now. */
const read = (nth: number, before: number): WindowProgress => {
  const window = { from: first.from + nth * WINDOW_MS, to: first.to + nth * WINDOW_MS }
  return { window, state: { state: 'provisional' }, scans: [{ startedAt: NOW - before }], listed: 100 }
}
const rescans = (windows: readonly WindowProgress[], callsMax = 1_000) =>
  planRescans(NOW, windows, policy, { windowsMax: 24, callsMax }).map(({ from, to }) => [(from - first.from) / WINDOW_MS, (to - first.from) / WINDOW_MS])

describe('a list without the filter is read again', () => {
  it('where nobody looked for longest first', () =>
    expect(rescans([read(0, HOUR), read(2, 90 * MINUTE), read(4, 30 * MINUTE)])).toEqual([
      [2, 3],
      [0, 1],
      [4, 5],
    ]))

  it('windows together that were read together, though one after the other', () =>
    expect(rescans([read(0, HOUR + 10 * SECOND), read(1, HOUR), read(2, HOUR - MINUTE)])).toEqual([[0, 3]]))

  it('and not beside one whose turn comes much later', () =>
    expect(rescans([read(0, HOUR), read(1, 20 * MINUTE), read(2, HOUR)])).toEqual([
      [0, 1],
      [2, 3],
      [1, 2],
    ]))

  it('in scans of bearable size', () =>
    expect(rescans([read(0, HOUR), read(1, HOUR), read(2, HOUR)], 200)).toEqual([
      [0, 2],
      [2, 3],
    ]))
})
