import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import type { Instant } from '@rollcall/domain/time'
import { countWindowStates } from '@rollcall/store/reconcile/count-windows'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Exit codes of a one-shot run (design §10). */
export const EXIT = { complete: 0, failed: 1, usage: 2, gapsRemain: 3, leaseHeld: 4 } as const

/** What a one-shot run prints. */
export interface OnceSummary {
  readonly account: string
  readonly from: string
  readonly to: string
  readonly outcome: string
  readonly reason: string | null
  readonly scans: number
  readonly requests: number
  readonly callsFound: number
  readonly webhooksMissing: number
  readonly windowsClosed: number
  /** Windows of the range by state, after the run. */
  readonly windows: Readonly<Record<string, number>>
  readonly exitCode: number
}

/** Reconciles a range now, whatever is due, and says whether anything in it remains open. */
export const runOnce = async (deps: ReconcilerDeps, range: { readonly from: Instant; readonly to: Instant }, owner: string, signal: AbortSignal): Promise<OnceSummary> => {
  const result = await reconcileAccount(deps, { kind: 'one-shot', plannedAt: deps.clock(), range, lanes: ALL_LANES }, owner, signal)
  const windows = await countWindowStates(deps.pool, deps.account, range)
  const about = { account: deps.account, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString(), windows }
  if (result.outcome === 'lease-held') {
    return { ...about, ...NO_WORK, outcome: 'lease-held', reason: 'another reconciler is running for this account', exitCode: EXIT.leaseHeld }
  }
  const { outcome, stopReason, scans, requests, callsFound, webhooksMissing, windowsClosed } = result
  const done = { ...about, scans, requests, callsFound, webhooksMissing, windowsClosed }
  if (outcome === 'lease-lost') return { ...done, outcome, reason: stopReason, exitCode: EXIT.leaseHeld }
  // A gap stays one; a provisional window is as closed as one run can make it.
  const unclosed = (windows.open ?? 0) + (windows.settling ?? 0) + (windows.gap ?? 0)
  if (outcome === 'complete' && unclosed === 0) return { ...done, outcome, reason: null, exitCode: EXIT.complete }
  return { ...done, outcome: 'gaps-remain', reason: stopReason ?? `${unclosed} windows of the range are not closed yet`, exitCode: EXIT.gapsRemain }
}

/** What a run adds up to that never began. */
export const NO_WORK = { scans: 0, requests: 0, callsFound: 0, webhooksMissing: 0, windowsClosed: 0 }
