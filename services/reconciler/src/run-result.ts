import type { RunOutcome, RunTally } from '@rollcall/store/reconcile/runs'
import type { ScanReport } from './scan-report.ts'

/** What a run did; `failed` is thrown, not returned. */
export interface RunDone extends RunTally {
  readonly outcome: Exclude<RunOutcome, 'failed'>
  readonly runId: string
  /** Why it is not complete; null when it is. */
  readonly stopReason: string | null
  readonly reports: readonly ScanReport[]
}

export type RunResult = { readonly outcome: 'lease-held' } | RunDone
