import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY as policy } from '../testing/schedule-policy.ts'
import { HOUR, MINUTE, SECOND } from '../time.ts'
import { WINDOW_MS, windowAt } from '../window/window.ts'
import { exponentialLengths } from './call-lengths.ts'
import { planSweep, sweepSlot, unsweptWindows } from './sweep.ts'
import { requestsFor } from './timing.ts'
import type { WindowProgress } from './window-progress.ts'

const first = windowAt(Date.UTC(2026, 0, 1))
const LAST_PASS = policy.trailingPassesMs.at(-1) ?? 0
const lengths = exponentialLengths(2 * MINUTE)

/** The window of this place, read whole so long after its end, last with so many calls. */
const read = (nth: number, after: number = LAST_PASS, listed = 10): WindowProgress => {
  const window = { from: first.from + nth * WINDOW_MS, to: first.to + nth * WINDOW_MS }
  return { window, state: { state: 'provisional' }, scans: [{ startedAt: window.to + after }], listed }
}
const swept = (windows: readonly WindowProgress[], at: number): Map<number, number> => new Map(windows.map(({ window }) => [window.from, at]))
const sweep = (now: number, windows: readonly WindowProgress[], looks = new Map<number, number>(), requestsMax = 1_000) =>
  planSweep(now, windows, looks, lengths, policy, requestsMax).map(({ from, to, durationAtLeastSeconds }) => [
    (from - first.from) / WINDOW_MS,
    (to - first.from) / WINDOW_MS,
    durationAtLeastSeconds,
  ])

describe('the sweep', () => {
  it('is due when a trailing pass has just covered what is younger, and then at its interval', () => {
    const at = (after: number) => sweepSlot(first.to + after, policy) - first.to
    const [before, after] = [LAST_PASS - 5 * MINUTE, LAST_PASS + 5 * MINUTE]
    expect([at(LAST_PASS - 1), at(LAST_PASS), at(LAST_PASS + 1), at(after)]).toEqual([before, LAST_PASS, LAST_PASS, after])
  })

  it('begins one interval after a window’s last trailing pass, which it needs to have been made', () => {
    expect(sweep(first.to + LAST_PASS, [read(0)])).toEqual([])
    expect(sweep(first.to + LAST_PASS + 5 * MINUTE - 1, [read(0)])).toEqual([])
    expect(sweep(first.to + LAST_PASS + 5 * MINUTE, [{ ...read(0), scans: [] }])).toEqual([])
    expect(sweep(first.to + LAST_PASS + 5 * MINUTE, [read(0, MINUTE)])).toEqual([])
  })

  it('asks for calls so long that they cannot have surfaced when the window was last looked at, but for the list’s lag', () => {
    // The youngest call of the window was at least so long when it was looked at, four minutes after the window’s end.
    expect(sweep(first.to + HOUR, [read(0, 4 * MINUTE)])).toEqual([[0, 1, (4 * MINUTE - policy.listLagMs) / SECOND]])
    expect(sweep(first.to + HOUR, [read(0)], swept([read(0)], first.to + 50 * MINUTE))).toEqual([[0, 1, 48 * 60]])
  })

  it('asks for shorter ones too where one before it was missed, and for all where it cannot know', () => {
    expect(sweep(first.to + 2 * HOUR, [read(0)], swept([read(0)], first.to + 50 * MINUTE))).toEqual([[0, 1, 48 * 60]])
    const lagging = planSweep(first.to + HOUR, [read(0)], new Map(), lengths, { ...policy, listLagMs: 10 * MINUTE }, 1_000)
    expect(lagging.map(({ durationAtLeastSeconds }) => durationAtLeastSeconds)).toEqual([null])
  })

  it('goes by whatever looked last, a whole scan or a filtered one', () => {
    expect(sweep(first.to + HOUR, [read(0, 55 * MINUTE)], swept([read(0)], first.to + 50 * MINUTE))).toEqual([[0, 1, 53 * 60]])
    expect(sweep(first.to + HOUR, [read(0)], swept([read(0)], first.to + HOUR))).toEqual([])
  })

  it('leaves out a window in which no call can surface any more', () => {
    const oldest = policy.maximumCallMs + policy.listLagMs
    expect(sweep(first.to + oldest + 5 * MINUTE, [read(0)], swept([read(0)], first.to + oldest))).toEqual([])
    expect(sweep(first.to + oldest + 5 * MINUTE, [read(0)], swept([read(0)], first.to + oldest - 1))).toHaveLength(1)
    expect(sweep(first.to + oldest + 8 * MINUTE, [read(0)])).toEqual([])
  })

  it('reads many windows at once where few calls are long, and the young ones apart where many are', () => {
    const windows = Array.from({ length: 40 }, (_, nth) => read(nth, LAST_PASS, 4_500))
    const now = sweepSlot(first.to + 40 * WINDOW_MS + LAST_PASS, policy)
    const looks = swept(windows, now - 5 * MINUTE)
    const busy = planSweep(now, windows, looks, lengths, policy, 1_000)
    expect(busy.length).toBeGreaterThan(2)
    expect(busy.length).toBeLessThan(12)
    expect(busy[0]).toMatchObject({ to: busy[0]?.from === undefined ? 0 : busy[0].from + WINDOW_MS })
    expect(busy.map(({ from }) => from)).toEqual(busy.map(({ from }) => from).toSorted((a, b) => b - a))
    const calm = planSweep(
      now,
      windows.map((each) => ({ ...each, listed: 5 })),
      looks,
      lengths,
      policy,
      1_000,
    )
    expect(calm).toHaveLength(1)
  })

  it('never joins windows into a scan that is longer than told', () => {
    const windows = Array.from({ length: 40 }, (_, nth) => read(nth, LAST_PASS, 4_500))
    const now = sweepSlot(first.to + 40 * WINDOW_MS + LAST_PASS, policy)
    for (const band of planSweep(now, windows, new Map(), lengths, policy, 20)) expect(band.to - band.from === WINDOW_MS || band.requests <= 20).toBe(true)
  })

  it('covers every window that may hide a call, once, filtered no higher than any of them allows, as cheaply as any cut', () => {
    const given = fc.array(fc.record({ look: fc.integer({ min: 0, max: 60 }), listed: fc.integer({ min: 0, max: 5_000 }) }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(given, fc.nat(8), (windows, gapAt) => {
        const now = first.to + 2 * HOUR
        const progress = windows.map(({ listed }, nth) => read(nth < gapAt ? nth : nth + 1, LAST_PASS, listed))
        const looks = new Map(windows.map(({ look }, nth) => [progress[nth]?.window.from ?? 0, now - 6 * MINUTE - look * MINUTE]))
        const unswept = unsweptWindows(now, sweepSlot(now, policy), progress, looks, policy)
        const bands = planSweep(now, progress, looks, lengths, policy, Number.POSITIVE_INFINITY)
        const covered = bands.flatMap(({ from, to }) => Array.from({ length: (to - from) / WINDOW_MS }, (_, nth) => from + nth * WINDOW_MS))
        expect(covered.toSorted((a, b) => a - b)).toEqual(unswept.map(({ from }) => from))
        for (const band of bands)
          for (const { from, to, lookedAt } of unswept.filter((window) => window.from >= band.from && window.to <= band.to))
            expect((band.durationAtLeastSeconds ?? 0) * SECOND, `${from}`).toBeLessThanOrEqual(Math.max(0, lookedAt - to - policy.listLagMs))
        const cost = (cut: readonly (readonly (typeof unswept)[number][])[]): number =>
          cut.reduce((sum, band) => {
            const bound = Math.max(0, Math.floor(Math.min(...band.map(({ lookedAt, to }) => lookedAt - to - policy.listLagMs)) / SECOND))
            return sum + requestsFor(band.reduce((calls, each) => calls + each.calls, 0) * (bound === 0 ? 1 : lengths(bound * SECOND)))
          }, 0)
        const gap = first.from + gapAt * WINDOW_MS
        const cheapest = [unswept.filter(({ from }) => from < gap), unswept.filter(({ from }) => from > gap)].reduce((sum, run) => sum + Math.min(...cutsOf(run).map(cost)), 0)
        expect(bands.reduce((sum, { requests }) => sum + requests, 0)).toBeCloseTo(cheapest, 6)
      }),
      { numRuns: 50 },
    )
  })
})

/** Every way to cut a list. */
const cutsOf = <T>(list: readonly T[]): readonly (readonly T[])[][] =>
  list.length === 0 ? [[]] : list.flatMap((_, nth) => cutsOf(list.slice(nth + 1)).map((rest) => [list.slice(0, nth + 1), ...rest]))
