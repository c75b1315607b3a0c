/**
 * A run's work, one piece after the other. An incomplete scan is made again in halves, down to single windows, so that what can be read is
 * read whatever stands beside it; halves and other work take turns, so that a range that cannot be read does not keep the others waiting.
 * Where the next question would not be answered either, the rest is left.
 */
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { reconcileScan } from './reconcile-scan.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import type { ScanReport, ScanRequest } from './scan-report.ts'
import type { WorkSource } from './work-source.ts'

/** Scans that one scheduled run makes before it ends: windows are made and calls judged between runs. */
export const SCANS_PER_RUN_MAX = 16
/** And after this long it begins no further one, but for the second: what is late has its turn in every run. */
export const RUN_MS_MAX = 2 * MINUTE
const SCANS_PER_RUN_MIN = 2
/** Lookups that nothing else waits for go on for so long; then windows are made and calls judged again. */
export const SPARE_LOOKUPS_MS_MAX = 15 * SECOND
/** Scans in a row that Exotel may fail before the rest waits for the next run. */
export const FAILURES_IN_A_ROW_MAX = 3

export interface WorkOptions {
  /** Whether the run ends although there is more to do, as a scheduled one does. */
  readonly isBounded: boolean
  /** Before a scan that has a deadline: what must not wait for all of them. */
  readonly between: () => Promise<void>
  /** While nothing has a deadline: a few of the lookups that are due. Returns whether any was answered, so that others may be. */
  readonly spare: () => Promise<boolean>
  /** Reads a piece of history; null where there is none. */
  readonly history: () => Promise<ScanReport | null>
  readonly onReport: (report: ScanReport) => Promise<void>
}

/** Returns why something was not reconciled; null when all was. */
export const workInTurn = async (deps: ReconcilerDeps, source: WorkSource, options: WorkOptions, lease: RunLease, signal: AbortSignal): Promise<string | null> => {
  const begunAt = deps.clock()
  const halves: ScanRequest[] = []
  let gap: string | null = null
  let failuresInARow = 0
  let wasHalf = true
  let idleSince: number | null = null
  for (let scans = 0; ; scans += 1) {
    signal.throwIfAborted()
    if (options.isBounded && scans >= SCANS_PER_RUN_MAX) return leftBehind(source.left() + halves.length) ?? gap
    const mayGoOn = !options.isBounded || scans < SCANS_PER_RUN_MIN || deps.clock() - begunAt < RUN_MS_MAX
    const half: ScanRequest | undefined = halves.length > 0 && (!wasHalf || !mayGoOn) ? halves.shift() : undefined
    const next = half ?? (mayGoOn ? await source.next(halves) : null) ?? halves.shift() ?? null
    if (next === null) {
      idleSince ??= deps.clock()
      if (mayGoOn && deps.clock() - idleSince < SPARE_LOOKUPS_MS_MAX && (await options.spare())) continue
      return leftBehind(mayGoOn ? 0 : source.left()) ?? gap
    }
    if (next === 'history') {
      const report = await options.history()
      source.readHistory(report !== null)
      if (report === null) continue
      await options.onReport(report)
      await options.spare()
      if (report.outcome !== 'complete' && report.trouble !== 'range') return report.reason
      continue
    }
    wasHalf = half !== undefined
    if (next.lane === 'ageing') await options.spare()
    else await options.between()
    const report = await reconcileScan(deps, next, lease, signal)
    await options.onReport(report)
    if (report.outcome === 'complete') {
      source.made(next, report.requests)
      deps.troubledWindows.succeeded(next)
      failuresInARow = 0
      continue
    }
    failuresInARow = report.trouble === 'passing' ? failuresInARow + 1 : 0
    if (report.outcome === 'projector-behind' || report.trouble === 'account' || report.trouble === 'refused' || failuresInARow === FAILURES_IN_A_ROW_MAX) return report.reason
    const parts = inHalves(next)
    halves.push(...parts)
    if (parts.length > 0) continue
    deps.troubledWindows.failed(next, deps.vendorClock.now())
    gap = report.reason
  }
}

const leftBehind = (scans: number): string | null => (scans > 0 ? `${scans} scans are left for the next run` : null)

/** None where it is a single window. */
const inHalves = (request: ScanRequest): readonly ScanRequest[] => {
  const windows = (request.to - request.from) / WINDOW_MS
  if (windows < 2) return []
  const middle = request.from + Math.floor(windows / 2) * WINDOW_MS
  return [
    { ...request, to: middle },
    { ...request, from: middle },
  ]
}
