import { type BackfillEstimate, type BackfillProgress, chunksOf, estimateBackfill, splitAtCliff } from '@rollcall/domain/schedule/backfill'
import { type Window, windowAt } from '@rollcall/domain/window/window'
import { OperatorError } from '@rollcall/service/operator-error'
import type { BackfillRequest } from './parse-backfill.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** What a backfill would do. */
export interface BackfillPlan {
  /** As asked for, in whole windows that have ended. */
  readonly range: Window
  /** What of it Exotel still tells of, and what not. */
  readonly reachable: Window | null
  readonly beyond: Window | null
  /** Windows before this no other lane asks for until they are read. */
  readonly aloneTo: number
  /** As Exotel counts them; a hint. Null where it does not count. */
  readonly callsExpected: number | null
  /** Null where no call count is known. */
  readonly estimate: BackfillEstimate | null
  /** What asking cost. */
  readonly requests: number
}

/** Asks Exotel how many calls there are: one small request a month. @throws OperatorError where the range is none that can be backfilled, or Exotel does not answer */
export const planBackfill = async (deps: ReconcilerDeps, request: BackfillRequest, signal: AbortSignal): Promise<BackfillPlan> => {
  const now = deps.vendorClock.now()
  if (request.to > now) throw new OperatorError(`--to is ${text(request.to)}, which is still to come; needed is a time that has passed. What comes is reconciled as it comes.`)
  const range = { from: windowAt(request.from).from, to: Math.min(windowAt(request.to - 1).to, windowAt(now).from) }
  if (range.from >= range.to)
    throw new OperatorError(`--from ${text(request.from)} --to ${text(request.to)} hold no window that has ended; needed are at least five minutes that are over`)
  const { reachable, beyond } = splitAtCliff(range, now, deps.policy.historyMs)
  const { callsExpected, requests } = reachable === null ? { callsExpected: 0, requests: 0 } : await countCalls(deps, reachable, signal)
  const progress: BackfillProgress | null = reachable === null ? null : { ...reachable, readTo: reachable.from, callsListed: 0, callsExpected, failures: 0 }
  const estimate = progress === null || callsExpected === null ? null : estimateBackfill(progress, callsExpected, deps.budget.snapshot().configuredPerMinute)
  return { range, reachable, beyond, aloneTo: aloneTo(deps, range), callsExpected, estimate, requests }
}

const countCalls = async (deps: ReconcilerDeps, range: Window, signal: AbortSignal): Promise<{ readonly callsExpected: number | null; readonly requests: number }> => {
  const chunks = chunksOf(range)
  let calls: number | null = 0
  for (const chunk of chunks) {
    const counted = await deps.client.checkList(chunk, { signal })
    signal.throwIfAborted()
    if (counted.kind === 'failed') throw new OperatorError(`account ${deps.account}: Exotel does not list calls: ${counted.error.message}. ${counted.error.advice}`)
    calls = calls === null || counted.total === null ? null : calls + counted.total
  }
  return { callsExpected: calls, requests: chunks.length }
}

/** A window in which a call may still run is the RPO's, whoever else reads it. */
const aloneTo = (deps: ReconcilerDeps, { from, to }: Window): number => {
  const { maximumCallMs, settleMs } = deps.policy
  return Math.max(from, Math.min(to, windowAt(deps.vendorClock.now() - maximumCallMs - settleMs).from))
}

const text = (at: number): string => new Date(at).toISOString()
