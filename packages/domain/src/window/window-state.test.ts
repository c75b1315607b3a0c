import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'
import { windowAt } from './window.ts'
import { nextWindowState, type WindowScan, type WindowState } from './window-state.ts'

const policy: ClosingPolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [MINUTE, 3 * MINUTE, 6 * MINUTE],
}
const window = windowAt(Date.UTC(2026, 0, 1))
const LONGEST = policy.maximumCallMs + policy.settleMs

/** A sound scan that began this long after the window's end. */
const scan = (after: number, other: Partial<WindowScan> = {}): WindowScan => ({
  scan: `s${after}`,
  startedAt: window.to + after,
  digest: 'same',
  projected: true,
  unresolved: 0,
  ...other,
})

describe('a window', () => {
  it.each<[string, WindowState['state'], WindowState['state'], WindowScan[], number]>([
    ['is open until it ends', 'open', 'open', [], -1],
    ['settles from its end on', 'open', 'settling', [], 0],
    ['is not closed by a scan made while it was open', 'settling', 'settling', [scan(-SECOND)], MINUTE],
    ['is not closed by a scan made before the first settling time', 'settling', 'settling', [scan(59 * SECOND)], 2 * MINUTE],
    ['is provisional after one sound scan', 'settling', 'provisional', [scan(MINUTE)], 2 * MINUTE],
    ['is not closed before what was found is projected', 'settling', 'settling', [scan(MINUTE, { projected: false })], 2 * MINUTE],
    [
      'stays provisional while a four-hour call could still be running',
      'provisional',
      'provisional',
      [scan(MINUTE), scan(LONGEST - 1), scan(LONGEST + 9 * MINUTE)],
      LONGEST + HOUR,
    ],
    ['is final after two equal scans that no call can outlast', 'provisional', 'final', [scan(LONGEST), scan(LONGEST + 10 * MINUTE)], LONGEST + HOUR],
    ['is final from settling too, when nothing looked earlier', 'settling', 'final', [scan(LONGEST), scan(LONGEST + 10 * MINUTE)], LONGEST + HOUR],
    ['needs the two scans to be apart', 'provisional', 'provisional', [scan(LONGEST), scan(LONGEST + 10 * MINUTE - 1)], LONGEST + HOUR],
    ['needs the two scans to be equal', 'provisional', 'provisional', [scan(LONGEST), scan(LONGEST + 10 * MINUTE, { digest: 'other' })], LONGEST + HOUR],
    [
      'is not final when a scan between two equal ones differed',
      'provisional',
      'provisional',
      [scan(LONGEST), scan(LONGEST + 5 * MINUTE, { digest: 'other' }), scan(LONGEST + 10 * MINUTE)],
      LONGEST + HOUR,
    ],
    ['is not final while a call of ours is not explained', 'provisional', 'provisional', [scan(LONGEST), scan(LONGEST + 10 * MINUTE, { unresolved: 1 })], LONGEST + HOUR],
    [
      'is not final before what the second scan found is projected',
      'provisional',
      'provisional',
      [scan(LONGEST), scan(LONGEST + 10 * MINUTE, { projected: false })],
      LONGEST + HOUR,
    ],
  ])('%s', (_rule, from, to, scans, after) => {
    const current: WindowState = from === 'provisional' ? { state: 'provisional', scan: 'earlier' } : { state: from as 'open' | 'settling' }
    expect(nextWindowState(window, current, scans, window.to + after, policy).state).toBe(to)
  })

  it('is amended, never rewritten, when a later scan differs from the one that closed it', () => {
    const closing = [scan(LONGEST), scan(LONGEST + 10 * MINUTE)]
    const final = nextWindowState(window, { state: 'settling' }, closing, window.to + LONGEST + HOUR, policy)
    const later = scan(LONGEST + 24 * HOUR, { digest: 'price changed' })
    const amended = nextWindowState(window, final, [...closing, later], later.startedAt, policy)
    expect(amended).toEqual({ state: 'amended', times: 1, scan: later.scan })
    expect(nextWindowState(window, amended, [...closing, later, scan(LONGEST + 48 * HOUR, { digest: 'price changed' })], later.startedAt + 24 * HOUR, policy)).toEqual(amended)
    expect(nextWindowState(window, amended, [...closing, later, scan(LONGEST + 48 * HOUR)], later.startedAt + 24 * HOUR, policy)).toMatchObject({ state: 'amended', times: 2 })
  })

  it('never becomes final on scans that began before every call had ended and settled', () => {
    const scans = fc.array(fc.record({ after: fc.integer({ min: -HOUR, max: LONGEST - 1 }), digest: fc.constantFrom('a', 'b') }), { maxLength: 6 })
    fc.assert(
      fc.property(scans, (given) => {
        const ordered = given.toSorted((a, b) => a.after - b.after).map(({ after, digest }) => scan(after, { digest }))
        return nextWindowState(window, { state: 'settling' }, ordered, window.to + 100 * HOUR, policy).state !== 'final'
      }),
    )
  })
})
