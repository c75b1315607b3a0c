import { WINDOW_MS } from '@rollcall/domain/window/window'
import { reconcileScan } from './reconcile-scan.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import type { ScanReport, ScanRequest } from './scan-report.ts'

/** Scans that one scheduled run makes before it asks the plan again: new windows must not wait for the whole of a backlog. */
export const SCANS_PER_RUN_MAX = 16
/** Scans in a row that Exotel may fail before the rest waits for the next run. */
export const FAILURES_IN_A_ROW_MAX = 3

/**
 * Makes the scans one after the other, telling of each as soon as it is done. An incomplete one is made again in halves, down to single
 * windows, so that what can be read is read whatever stands beside it; the halves go last, so that a range that cannot be read does not
 * keep the others waiting. Where the next question would not be answered either, the rest is left.
 * @returns why some range was not reconciled; null when all were
 */
export const scanInTurn = async (
  deps: ReconcilerDeps,
  requests: readonly ScanRequest[],
  options: { readonly scansMax: number; readonly onReport: (report: ScanReport) => Promise<void> },
  lease: RunLease,
  signal: AbortSignal,
): Promise<string | null> => {
  const waiting = [...requests]
  let gap: string | null = null
  let failuresInARow = 0
  for (let scans = 0; scans < options.scansMax; scans += 1) {
    const request = waiting.shift()
    if (request === undefined) return gap
    signal.throwIfAborted()
    const report = await reconcileScan(deps, request, lease, signal)
    await options.onReport(report)
    if (report.outcome === 'complete') {
      deps.troubledWindows.succeeded(request)
      failuresInARow = 0
      continue
    }
    failuresInARow = report.trouble === 'passing' ? failuresInARow + 1 : 0
    if (report.outcome === 'projector-behind' || report.trouble === 'account' || report.trouble === 'refused' || failuresInARow === FAILURES_IN_A_ROW_MAX) return report.reason
    const halves = inHalves(request)
    waiting.push(...halves)
    if (halves.length > 0) continue
    deps.troubledWindows.failed(request, deps.vendorClock.now())
    gap = report.reason
  }
  return waiting.length > 0 ? `${waiting.length} scans are left for the next run` : gap
}

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
