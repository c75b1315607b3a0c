import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../time.ts'
import { WINDOW_MS, windowAt } from '../window/window.ts'
import { exponentialLengths } from './call-lengths.ts'
import { duePass } from './due-pass.ts'
import type { Lane } from './lane.ts'
import { CALLS_PER_SCAN_GOAL, WINDOWS_PER_SCAN_MAX } from './need.ts'
import { planRange, plan as planWork, type Standing } from './plan.ts'
import type { PlannedScan, PlannedWork } from './planned-work.ts'
import type { SchedulePolicy } from './schedule-policy.ts'
import { FINALISE_WAIT_MS_MAX } from './timing.ts'
import { NOTHING_SPENT } from './turns.ts'
import type { WindowProgress } from './window-progress.ts'

const policy: SchedulePolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [-2 * MINUTE, MINUTE, 3 * MINUTE, 6 * MINUTE],
  historyMs: 180 * DAY,
  sweepEveryMs: 5 * MINUTE,
  listLagMs: 2 * MINUTE,
}
const first = windowAt(Date.UTC(2026, 0, 1))
const FINALISE = 4 * HOUR + 10 * MINUTE

const progress = (nth: number, scansAfterEnd: number[] = [], state: WindowProgress['state'] = { state: 'settling' }): WindowProgress => {
  const window = { from: first.from + nth * WINDOW_MS, to: first.to + nth * WINDOW_MS }
  return { window, state, scans: scansAfterEnd.map((after) => ({ startedAt: window.to + after })), listed: null }
}
/** Of the passes alone, unless told otherwise. */
const PASSES: ReadonlySet<Lane> = new Set(['trailing', 'finalise'])
const planWith = (now: number, windows: readonly WindowProgress[], changes: Partial<Standing> = {}) =>
  planWork(
    {
      now,
      lanes: PASSES,
      windows,
      sweep: { filters: true, looks: new Map(), lengths: exponentialLengths(2 * MINUTE) },
      ageing: [],
      perMinute: 1_000,
      spent: NOTHING_SPENT,
      spareTurn: 0,
      ...changes,
    },
    policy,
  )
const scansOf = (work: readonly PlannedWork[]): PlannedScan[] => work.flatMap((each) => (each.lane === 'history' ? [] : [each]))
const plan = (now: number, windows: readonly WindowProgress[], changes: Partial<Standing> = {}): PlannedScan[] => scansOf(planWith(now, windows, changes).work)
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
    expect(shape(plan(first.to + after, [progress(0, scans)]))).toEqual(expected)
  })

  it('leaves to others the lanes that it was not asked for', () => {
    const windows = [progress(0, [6 * MINUTE]), progress(50)]
    expect(shape(plan(first.to + FINALISE + MINUTE, windows, { lanes: new Set(['trailing']) }))).toEqual(['trailing 50-51'])
  })

  it('leaves final windows alone', () => {
    expect(plan(first.to + 100 * HOUR, [progress(0, [], { state: 'final' })])).toEqual([])
  })

  it('reads neighbouring windows in one scan, and others apart', () => {
    expect(shape(plan(first.to + HOUR, [progress(0), progress(1), progress(3)]))).toEqual(['trailing 0-2', 'trailing 3-4'])
  })

  it('bounds how much one scan covers', () => {
    const many = Array.from({ length: WINDOWS_PER_SCAN_MAX + 1 }, (_, nth) => progress(nth))
    expect(shape(plan(first.to + 3 * HOUR, many))).toEqual([`trailing 0-${WINDOWS_PER_SCAN_MAX}`, `trailing ${WINDOWS_PER_SCAN_MAX}-${WINDOWS_PER_SCAN_MAX + 1}`])
  })

  it('does by its deadline what can still be in time, whatever its lane', () => {
    const windows = [progress(0, [6 * MINUTE]), progress(50)]
    expect(shape(plan(first.to + FINALISE + MINUTE, windows))).toEqual(['trailing 50-51', 'finalise 0-1'])
    expect(shape(plan(first.to + FINALISE + 6 * MINUTE, [progress(0, [6 * MINUTE]), progress(51)]))).toEqual(['finalise 0-1', 'trailing 51-52'])
    expect(shape(plan(first.to + FINALISE + 17 * MINUTE, windows))).toEqual(['finalise 0-1', 'trailing 50-51'])
  })

  it('lets a backlog and what is in time take turns, the backlog oldest first', () => {
    const windows = [0, 2, 4, 97].map((nth) => progress(nth))
    expect(shape(plan(progress(97).window.to + MINUTE, windows))).toEqual(['trailing 97-98', 'finalise 0-1', 'finalise 2-3', 'finalise 4-5'])
  })

  it('does not let an old window make a recent one late by joining it', () => {
    const windows = Array.from({ length: 6 }, (_, nth) => progress(nth))
    expect(shape(plan(progress(5).window.to + MINUTE, windows))).toEqual(['trailing 2-6', 'trailing 0-2'])
  })

  it('bounds how many calls one scan covers, where it is known how many there are', () => {
    const full = (nth: number): WindowProgress => ({ ...progress(nth, [-2 * MINUTE]), listed: CALLS_PER_SCAN_GOAL / 2 })
    const scans = plan(progress(9).window.to + 40 * MINUTE, [full(0), full(1), full(2), progress(3)])
    expect(shape(scans)).toEqual(['trailing 0-2', 'trailing 2-4'])
    expect(planRange([full(0), full(1), full(2)]).map(({ from, to }) => (to - from) / WINDOW_MS)).toEqual([2, 1])
  })

  it('looks ever less often at a window that does not close', () => {
    const waits = [1, 2, 3, 4, 60].map((made) => {
      const scans = Array.from({ length: made }, (_, nth) => FINALISE + nth * 10 * MINUTE)
      return Array.from({ length: 60 }, (_, nth) => (nth + 1) * 10 * MINUTE).find((wait) => plan(first.to + (scans.at(-1) ?? 0) + wait, [progress(0, scans)]).length > 0)
    })
    expect(waits).toEqual([10 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, FINALISE_WAIT_MS_MAX])
  })

  it('leaves out no window that is due, and asks for none twice', () => {
    const given = fc.uniqueArray(fc.record({ nth: fc.nat(200), scans: fc.array(fc.integer({ min: -2 * MINUTE, max: 20 * HOUR }), { maxLength: 3 }) }), {
      selector: ({ nth }) => nth,
    })
    fc.assert(
      fc.property(given, fc.integer({ min: 0, max: 30 * HOUR }), (windows, after) => {
        const now = first.to + after
        const progresses = windows
          .toSorted((a, b) => a.nth - b.nth)
          .map(({ nth, scans }) =>
            progress(
              nth,
              scans.toSorted((a, b) => a - b),
            ),
          )
        const planned = plan(now, progresses).flatMap(({ from, to }) => Array.from({ length: (to - from) / WINDOW_MS }, (_, nth) => from + nth * WINDOW_MS))
        const due = progresses.filter((each) => duePass(now, each, policy) !== null).map(({ window }) => window.from)
        expect(planned.toSorted((a, b) => a - b)).toEqual(due)
      }),
    )
  })
})

describe('what is left of the budget', () => {
  const now = first.to + 6 * HOUR
  const ageing = [{ from: first.from - 300 * WINDOW_MS, to: first.from - 299 * WINDOW_MS, due: now - HOUR, calls: 10 }]
  const swept = progress(50, [6 * MINUTE])
  const lanesOf = (lanes: readonly Lane[], filters = false, windows: readonly WindowProgress[] = [swept]) =>
    planWith(now, windows, { lanes: new Set(lanes), ageing, sweep: { filters, looks: new Map(), lengths: exponentialLengths(2 * MINUTE) } }).work.map(
      ({ lane, tier }) => `${lane} ${tier}`,
    )

  it('goes to rescans, ageing and history, as far as the run takes them on', () => {
    expect(lanesOf(['sweep', 'ageing', 'history'])).toEqual(['sweep spare', 'ageing spare', 'history spare'])
    expect(lanesOf(['ageing'])).toEqual(['ageing spare'])
    expect(lanesOf(['history'])).toEqual(['history spare'])
    expect(lanesOf(['sweep'])).toEqual(['sweep spare'])
    expect(lanesOf(['chase', 'trailing', 'finalise'])).toEqual([])
  })

  it('comes after all that is due, be it late', () => {
    expect(lanesOf(['sweep', 'ageing', 'history', 'trailing', 'finalise'], true, [progress(0), swept, progress(71)])).toEqual([
      'sweep in-time',
      'finalise late',
      'trailing in-time',
      'ageing spare',
      'history spare',
    ])
  })

  it('is spent on scans of half a minute, where what is due may have a minute', () => {
    const full = (from: number) => ({ from, to: from + WINDOW_MS, due: from, calls: 1_000 })
    const many = Array.from({ length: 4 }, (_, nth) => full(first.from + nth * WINDOW_MS))
    expect(plan(now, [], { lanes: new Set(['ageing']), ageing: many, perMinute: 40 }).map(({ from, to }) => (to - from) / WINDOW_MS)).toEqual([2, 2])
    const due = [60, 61, 62, 63].map((nth) => ({ ...progress(nth, [-2 * MINUTE]), listed: 1_000 }))
    expect(plan(progress(63).window.to + MINUTE, due, { perMinute: 40 }).map(({ from, to }) => (to - from) / WINDOW_MS)).toEqual([4])
  })
})

describe('for how long a long call may have gone unseen', () => {
  it('is told by the age that nobody looked at for longest, filtered looks included', () => {
    const now = first.to + 2 * HOUR
    const of = (looks: ReadonlyMap<number, number>, lanes: readonly Lane[] = ['sweep']) =>
      planWith(now, [progress(0, [6 * MINUTE]), progress(1, [90 * MINUTE])], { lanes: new Set(lanes), sweep: { filters: true, looks, lengths: exponentialLengths(2 * MINUTE) } })
        .sweepAgeMs
    expect(of(new Map())).toBe(2 * HOUR - 6 * MINUTE)
    expect(of(new Map([[first.from, now - 3 * MINUTE]]))).toBe(25 * MINUTE)
    expect(of(new Map(), ['trailing'])).toBe(0)
  })
})
