/**
 * The long-call sweep. A list filters on creation and hides calls that go on, so a long call surfaces in an old window when it ends. Every
 * few minutes all ages between the last trailing pass and the longest call are asked for calls long enough to have surfaced since they
 * were last asked for: one that was created at c and was not there at L, when we last looked, lasted longer than L − c less the list's lag.
 * So a sweep that was missed makes the next one ask for shorter calls too, and nothing else has to be remembered.
 */
import { type Instant, SECOND } from '../time.ts'
import type { CallLengths } from './call-lengths.ts'
import { duePass } from './due-pass.ts'
import type { PlannedScan } from './planned-work.ts'
import type { SchedulePolicy } from './schedule-policy.ts'
import { LATE_AFTER_MS, passDeadline, requestsFor } from './timing.ts'
import { lastReadAt, type WindowProgress } from './window-progress.ts'

/** By window's begin: when a filtered scan last looked there, by the vendor's clock. */
export type Looks = ReadonlyMap<Instant, Instant>

/** A window that may hide calls which have ended since somebody last looked. */
export interface Unswept {
  readonly from: Instant
  readonly to: Instant
  /** When it was last looked at, whole or filtered. */
  readonly lookedAt: Instant
  readonly calls: number
}

/** The last moment up to now at which a sweep is due: right after a trailing pass has covered what is younger. */
export const sweepSlot = (now: Instant, { sweepEveryMs, trailingPassesMs }: SchedulePolicy): Instant => {
  const offset = trailingPassesMs.at(-1) ?? 0
  return Math.floor((now - offset) / sweepEveryMs) * sweepEveryMs + offset
}

/** Windows of the swept ages, in order: past their last trailing pass at `before`, read at least once, and young enough for a call of theirs to surface yet. */
export const unsweptWindows = (now: Instant, before: Instant, windows: readonly WindowProgress[], looks: Looks, policy: SchedulePolicy): readonly Unswept[] => {
  const lastPassMs = policy.trailingPassesMs.at(-1) ?? 0
  return windows.flatMap((progress): Unswept[] => {
    const { window } = progress
    const readAt = lastReadAt(progress)
    if (readAt === null || window.to + lastPassMs >= before) return []
    const lookedAt = Math.max(readAt, looks.get(window.from) ?? readAt)
    const surfacesUntil = window.to + policy.maximumCallMs + policy.listLagMs
    if (lookedAt >= Math.min(before, surfacesUntil) || duePass(now, progress, policy) !== null) return []
    return [{ ...window, lookedAt, calls: progress.listed ?? 0 }]
  })
}

/** The sweep that is due, as filtered scans: cut into age bands so that as few requests as possible are spent, the youngest first. */
export const planSweep = (
  now: Instant,
  windows: readonly WindowProgress[],
  looks: Looks,
  lengths: CallLengths,
  policy: SchedulePolicy,
  requestsMax: number,
): readonly PlannedScan[] => {
  const due = sweepSlot(now, policy)
  const deadline = passDeadline(due, policy.sweepEveryMs)
  const tier = now > due + LATE_AFTER_MS.sweep ? 'late' : 'in-time'
  return runsOf(unsweptWindows(now, due, windows, looks, policy))
    .flatMap((run) => cheapestBands(run, lengths, policy.listLagMs, requestsMax))
    .map(({ from, to, requests, durationAtLeastSeconds }): PlannedScan => ({ lane: 'sweep', tier, from, to, due, deadline, requests, durationAtLeastSeconds }))
    .toSorted((a, b) => b.from - a.from)
}

interface Band extends Pick<PlannedScan, 'from' | 'to' | 'requests' | 'durationAtLeastSeconds'> {}

/** Contiguous windows together. */
const runsOf = (windows: readonly Unswept[]): readonly (readonly Unswept[])[] => {
  const runs: Unswept[][] = []
  for (const window of windows) {
    const run = runs.at(-1)
    if (run !== undefined && run.at(-1)?.to === window.from) run.push(window)
    else runs.push([window])
  }
  return runs
}

/**
 * A wide band spares requests where few calls are that long, and costs rows where many are: its filter has to suit the youngest of its
 * windows. `best[n]` is the cheapest way to cut the oldest n windows.
 */
const cheapestBands = (run: readonly Unswept[], lengths: CallLengths, listLagMs: number, requestsMax: number): readonly Band[] => {
  const best: { readonly requests: number; readonly bands: number; readonly last: Band | null; readonly before: number }[] = [{ requests: 0, bands: 0, last: null, before: 0 }]
  for (let end = 1; end <= run.length; end += 1) {
    let calls = 0
    let atLeastMs = Number.POSITIVE_INFINITY
    for (let begin = end - 1; begin >= 0; begin -= 1) {
      const [oldest, youngest, rest] = [run[begin], run[end - 1], best[begin]]
      if (oldest === undefined || youngest === undefined || rest === undefined) break
      calls += oldest.calls
      atLeastMs = Math.min(atLeastMs, oldest.lookedAt - oldest.to - listLagMs)
      const seconds = Math.max(0, Math.floor(atLeastMs / SECOND))
      const requests = requestsFor(calls * (seconds === 0 ? 1 : lengths(seconds * SECOND)))
      if (requests > requestsMax && begin < end - 1) break
      const total = { requests: rest.requests + requests, bands: rest.bands + 1 }
      const known = best[end]
      if (known !== undefined && (total.requests > known.requests || (total.requests === known.requests && total.bands >= known.bands))) continue
      best[end] = { ...total, last: { from: oldest.from, to: youngest.to, requests, durationAtLeastSeconds: seconds > 0 ? seconds : null }, before: begin }
    }
  }
  const bands: Band[] = []
  for (let end = run.length; end > 0; end = best[end]?.before ?? 0) {
    const band = best[end]?.last
    if (band != null) bands.push(band)
  }
  return bands
}
