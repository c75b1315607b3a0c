import type { ShedPass } from '@rollcall/domain/schedule/shed'
import type { RunOutcome, RunTally } from '@rollcall/store/reconcile/runs'
import type { ScanReport } from './scan-report.ts'

/** What a run did; `failed` is thrown, not returned. */
export interface RunDone extends RunTally {
  readonly outcome: Exclude<RunOutcome, 'failed'>
  readonly runId: string
  /** Why it is not complete; null when it is. */
  readonly stopReason: string | null
  readonly reports: readonly ScanReport[]
  /** Trailing passes that were due and left out, so that what matters more was in time. */
  readonly passesShed: readonly ShedPass[]
  /** For how long some age between the last trailing pass and the longest call had not been looked at; 0 where it was not looked. */
  readonly sweepAgeMs: number
}

export type RunResult = { readonly outcome: 'lease-held' } | RunDone
