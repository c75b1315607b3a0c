import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'
import { type PlannedScan, plan, WINDOWS_PER_SCAN_MAX, type WindowProgress } from './plan.ts'
import { WINDOW_MS, windowAt } from './window.ts'
import type { WindowScan } from './window-state.ts'

const policy: ClosingPolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [-2 * MINUTE, MINUTE, 3 * MINUTE, 6 * MINUTE],
  webhookGraceMs: MINUTE,
}
const first = windowAt(Date.UTC(2026, 0, 1))
const FINALISE = 4 * HOUR + 10 * MINUTE

const progress = (nth: number, scansAfterEnd: number[] = [], state: WindowProgress['state'] = { state: 'settling' }): WindowProgress => {
  const window = { from: first.from + nth * WINDOW_MS, to: first.to + nth * WINDOW_MS }
  const scans = scansAfterEnd.map((after): WindowScan => ({ scan: `s${after}`, startedAt: window.to + after, digest: 'same', projected: true, unresolved: 0 }))
  return { window, state, scans }
}
/** Lanes and the window numbers that each scan covers. */
const shape = (scans: readonly PlannedScan[]): string[] => scans.map((scan) => `${scan.lane} ${(scan.from - first.from) / WINDOW_MS}-${(scan.to - first.from) / WINDOW_MS}`)

describe('the plan', () => {
  it.each<[string, number, number[], string[]]>([
    ['asks nothing of a window before its first pass', -3 * MINUTE, [], []],
    ['looks into a window that is still open, where a pass says so', -2 * MINUTE, [], ['trailing 0-1']],
    ['does not repeat a pass that was made', -MINUTE, [-2 * MINUTE], []],
    ['makes one scan for several passes that were missed', 10 * MINUTE, [-2 * MINUTE], ['trailing 0-1']],
    ['rests between the last pass and the finalising scan', HOUR, [6 * MINUTE], []],
    ['finalises once no call can be running', FINALISE, [6 * MINUTE], ['finalise 0-1']],
    ['waits before the second finalising scan', FINALISE + 9 * MINUTE, [FINALISE], []],
    ['makes the second finalising scan', FINALISE + 10 * MINUTE, [FINALISE], ['finalise 0-1']],
  ])('%s', (_rule, after, scans, expected) => {
    expect(shape(plan(first.to + after, [progress(0, scans)], policy))).toEqual(expected)
  })

  it('leaves final windows alone', () => {
    expect(plan(first.to + 100 * HOUR, [progress(0, [], { state: 'final', scans: ['a', 'b'] })], policy)).toEqual([])
  })

  it('reads neighbouring windows in one scan, and others apart', () => {
    expect(shape(plan(first.to + HOUR, [progress(0), progress(1), progress(3)], policy))).toEqual(['trailing 0-2', 'trailing 3-4'])
  })

  it('bounds how much one scan covers', () => {
    const many = Array.from({ length: WINDOWS_PER_SCAN_MAX + 1 }, (_, nth) => progress(nth))
    expect(shape(plan(first.to + 3 * HOUR, many, policy))).toEqual([`trailing 0-${WINDOWS_PER_SCAN_MAX}`, `trailing ${WINDOWS_PER_SCAN_MAX}-${WINDOWS_PER_SCAN_MAX + 1}`])
  })

  it('does what was due first first, whatever its lane', () => {
    const late = progress(0, [6 * MINUTE])
    const recent = progress(49)
    const scans = plan(recent.window.to + 6 * MINUTE, [recent, late], policy)
    expect(shape(scans)).toEqual(['finalise 0-1', 'trailing 49-50'])
  })
})
