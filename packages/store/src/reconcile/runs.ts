import type { Lane } from '@rollcall/domain/schedule/lane'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

export type RunOutcome = 'complete' | 'gaps-remain' | 'lease-lost' | 'stopped' | 'failed'

/** What a run has done so far. */
export interface RunTally {
  readonly scans: number
  readonly requests: number
  readonly windowsClosed: number
  readonly callsFound: number
  readonly webhooksMissing: number
}

export interface BegunRun {
  readonly runId: string
  readonly kind: 'cron' | 'one-shot'
  readonly plannedAt: Instant
  readonly startedAt: Instant
}

export interface EndedRun extends BegunRun {
  readonly endedAt: Instant
  readonly outcome: RunOutcome
  readonly stopReason: string | null
  readonly tally: RunTally
}

export const beginRun = async (db: Queryable, account: string, run: BegunRun & { readonly lanes: readonly Lane[] }, leaseToken: bigint): Promise<void> => {
  await db.query('INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, lease_epoch, lanes) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    run.runId,
    account,
    run.kind,
    new Date(run.plannedAt),
    new Date(run.startedAt),
    leaseToken.toString(),
    run.lanes,
  ])
}

/** Ends a run that nobody has ended yet; false where the run after it has, taking it for killed. */
export const endRun = async (db: Queryable, { runId, outcome, tally, stopReason, endedAt }: EndedRun): Promise<boolean> => {
  const { rowCount } = await db.query(
    `UPDATE rollcall.runs SET outcome = $2, scans = $3, requests = $4, windows_closed = $5, calls_found = $6, webhooks_missing = $7, stop_reason = $8, ended_at = $9
     WHERE run_id = $1 AND outcome = 'running'`,
    [runId, outcome, tally.scans, tally.requests, tally.windowsClosed, tally.callsFound, tally.webhooksMissing, stopReason, new Date(endedAt)],
  )
  return rowCount === 1
}
