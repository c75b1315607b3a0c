/**
 * `rollcall reconcile --until-final`: until every window of a range is final. Where a daemon runs, it does the work and this process watches;
 * where none does, this process makes the runs that a daemon would, each under the lease, so that several may be started at once.
 */
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { type Instant, SECOND } from '@rollcall/domain/time'
import { type Window, windowsBetween } from '@rollcall/domain/window/window'
import { finalisableAt } from '@rollcall/domain/window/window-state'
import { countWindowStates } from '@rollcall/store/reconcile/count-windows'
import { hasDaemon } from './has-daemon.ts'
import type { OneShotSurroundings } from './one-shot-surroundings.ts'
import type { OnceRequest } from './parse-once.ts'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { EXIT, NO_WORK, type OnceSummary } from './run-once.ts'
import type { RunDone } from './run-result.ts'

/** Between two looks, and between two runs where this process makes them. */
const LOOK_EVERY_MS = 10 * SECOND

/** Until the whole range is final, or only gaps are not; or the time is up, Exotel refuses the account, or the process is to stop. */
export const runUntilFinal = async (deps: ReconcilerDeps, request: OnceRequest, { owner, tell, sleep }: OneShotSurroundings, stopped: AbortSignal): Promise<OnceSummary> => {
  const range = { from: request.from, to: request.to }
  const total = windowsBetween(range.from, range.to).length
  const begunAt = deps.clock()
  let work = NO_WORK
  let wasWatching: boolean | null = null
  let windowsExist = false
  for (;;) {
    const windows = await countWindowStates(deps.pool, deps.account, range)
    const ended = (outcome: OnceSummary['outcome'], reason: string | null, exitCode: number): OnceSummary => ({
      account: deps.account,
      from: new Date(range.from).toISOString(),
      to: new Date(range.to).toISOString(),
      outcome,
      reason,
      ...work,
      windows,
      exitCode,
    })
    const gaps = windows.gap ?? 0
    const settled = (windows.final ?? 0) + (windows.amended ?? 0) + gaps
    tell({ type: 'progress', share: Math.min(1, settled / total), text: `${settled} of ${total} windows are settled, ${work.requests} requests`, msLeft: finalAfter(deps, range) })
    if (settled >= total) return gaps === 0 ? ended('complete', null, EXIT.complete) : ended('gaps-remain', `${gaps} windows are gaps: older than Exotel tells of`, EXIT.gapsRemain)
    if (stopped.aborted) return ended('gaps-remain', 'the process was asked to stop', EXIT.gapsRemain)
    if (deps.clock() - begunAt >= request.timeoutMs)
      return ended('gaps-remain', `${total - settled} windows are not final after ${request.timeoutMs / SECOND} seconds, the time it was given (--timeout)`, EXIT.gapsRemain)

    // A daemon makes windows only from the account's first one on; earlier ones of the range are ours to make.
    windowsExist ||= Object.values(windows).reduce((sum, count) => sum + count, 0) >= total
    const isWatching = windowsExist && (await hasDaemon(deps))
    if (isWatching !== wasWatching)
      tell({ type: 'notice', text: isWatching ? 'A reconciler runs and does the work; this command watches' : 'No reconciler runs: this command makes the runs itself' })
    wasWatching = isWatching
    if (!isWatching) {
      const result = await reconcileAccount(deps, { kind: 'one-shot', plannedAt: deps.clock(), range: windowsExist ? null : range, lanes: ALL_LANES }, owner, stopped)
      if (result.outcome !== 'lease-held') work = add(work, result)
      const refusal = result.outcome === 'lease-held' ? undefined : result.reports.find((report) => report.trouble === 'refused')
      if (refusal !== undefined) return ended('gaps-remain', refusal.reason, EXIT.gapsRemain)
    }
    await sleep(LOOK_EVERY_MS, stopped).catch(() => {})
  }
}

const add = (work: typeof NO_WORK, { scans, requests, callsFound, webhooksMissing, windowsClosed }: RunDone): typeof NO_WORK => ({
  scans: work.scans + scans,
  requests: work.requests + requests,
  callsFound: work.callsFound + callsFound,
  webhooksMissing: work.webhooksMissing + webhooksMissing,
  windowsClosed: work.windowsClosed + windowsClosed,
})

/** Until the last window can be final at the earliest. */
const finalAfter = ({ policy, vendorClock }: ReconcilerDeps, range: Window): number | null => {
  const last = windowsBetween(range.from, range.to).at(-1)
  const at: Instant = last === undefined ? 0 : finalisableAt(last, policy) + policy.finalScansApartMs
  return at > vendorClock.now() ? at - vendorClock.now() : null
}
