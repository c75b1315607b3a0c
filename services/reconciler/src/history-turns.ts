import { historyTurn } from './history-turn.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import type { ScanReport } from './scan-report.ts'

/** Slices that one run reads before it ends and the plan is asked again. */
export const HISTORY_TURNS_PER_RUN_MAX = 16

/**
 * Reads history until nothing is left of it, something better is due, or a slice does not succeed.
 * @returns why history does not go on although there is some; null where it may
 */
export const historyTurns = async (
  deps: ReconcilerDeps,
  runId: string,
  options: { readonly isBetterDue: () => Promise<boolean>; readonly onReport: (report: ScanReport) => void },
  lease: RunLease,
  signal: AbortSignal,
): Promise<string | null> => {
  for (let turns = 0; turns < HISTORY_TURNS_PER_RUN_MAX && (turns === 0 || !(await options.isBetterDue())); turns += 1) {
    signal.throwIfAborted()
    const report = await historyTurn(deps, runId, lease, signal)
    if (report === null) return null
    options.onReport(report)
    if (report.outcome !== 'complete' && report.trouble !== 'range') return report.reason
  }
  return null
}
