/**
 * `rollcall backfill`: asks what it would take, keeps the wish, and sees to it that it is fulfilled. A daemon that runs reads it in its lane
 * history, and is watched; where none does, this process makes the runs itself, with all lanes, so that nothing is starved meanwhile.
 * Killed or stopped, the wish stays: the daemon, or the same command again, goes on where reading stopped.
 */
import { randomUUID } from 'node:crypto'
import { backfillRisk, type CliffRisk } from '@rollcall/domain/schedule/backfill'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import { type Backfill, readBackfill, requestBackfill } from '@rollcall/store/reconcile/backfills'
import { backfillProgress, planText } from './backfill-text.ts'
import { hasDaemon } from './has-daemon.ts'
import { holdLease } from './hold-lease.ts'
import { makeWindows } from './make-windows.ts'
import type { OneShotSurroundings } from './one-shot-surroundings.ts'
import type { BackfillRequest } from './parse-backfill.ts'
import { type BackfillPlan, planBackfill } from './plan-backfill.ts'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { EXIT } from './run-once.ts'

/** What the command prints. Times are ISO 8601. */
export interface BackfillSummary {
  readonly account: string
  readonly from: string
  readonly to: string
  readonly outcome: 'done' | 'planned' | 'stopped' | 'gaps-remain' | 'beyond-history'
  readonly reason: string | null
  /** What Exotel tells of no more: recorded as gaps. Null where there is nothing of it. */
  readonly beyond: { readonly from: string; readonly to: string } | null
  readonly callsExpected: number | null
  /** To the end of the backfill; null where Exotel does not count. */
  readonly estimate: { readonly requests: number; readonly closingRequests: number; readonly minutesMin: number } | null
  readonly readTo: string | null
  readonly callsListed: number
  readonly callsFound: number
  readonly callsAtRisk: number
  readonly requests: number
  readonly windowsSkipped: number
  readonly exitCode: number
}

/** How often is looked how far it is. */
const LOOK_EVERY_MS = SECOND

export const runBackfill = async (deps: ReconcilerDeps, request: BackfillRequest, surroundings: OneShotSurroundings, signal: AbortSignal): Promise<BackfillSummary> => {
  const { tell } = surroundings
  const plan = await planBackfill(deps, request, signal)
  for (const notice of planText(plan, deps.budget.snapshot().configuredPerMinute)) tell({ type: 'notice', text: notice })
  const { reachable, beyond } = plan
  if (request.dryRun) return summaryOf(deps, plan, null, 'planned', null)
  if (reachable === null) {
    await makeGaps(deps, plan.range.from, surroundings, signal)
    return summaryOf(deps, plan, null, 'beyond-history', 'the whole of it is older than Exotel tells of')
  }
  const id = await requestBackfill(deps.pool, {
    id: randomUUID(),
    account: deps.account,
    requestedAt: deps.clock(),
    requestedFrom: beyond?.from ?? reachable.from,
    ...reachable,
    aloneTo: plan.aloneTo,
    callsExpected: plan.callsExpected,
    requests: plan.requests,
  })
  const trouble = await seeTo(deps, id, surroundings, signal)
  const backfill = await readBackfill(deps.pool, id)
  if (backfill === null || backfill.state !== 'done') return summaryOf(deps, plan, backfill, signal.aborted ? 'stopped' : 'gaps-remain', signal.aborted ? STOPPED : trouble)
  const reason = whyNotWhole(plan, backfill)
  return summaryOf(deps, plan, backfill, reason === null ? 'done' : 'gaps-remain', reason)
}

const STOPPED = 'the process was asked to stop; a running daemon goes on with it, and so does the same command'

const whyNotWhole = ({ beyond }: BackfillPlan, { windowsSkipped, lostTo }: Backfill): string | null => {
  if (beyond !== null) return `before ${text(beyond.to)} it is older than Exotel tells of`
  if (lostTo !== null) return `what lay before ${text(lostTo)} was forgotten by Exotel before it was read`
  return windowsSkipped > 0 ? `${windowsSkipped} windows could not be read; the finalise lane goes on asking for them` : null
}

/** Returns when it is done, or why it does not go on. */
const seeTo = async (deps: ReconcilerDeps, id: string, { owner, tell, sleep }: OneShotSurroundings, signal: AbortSignal): Promise<string | null> => {
  const begun = { at: deps.clock(), share: null as number | null }
  const look = async (): Promise<Backfill | null> => {
    const backfill = await readBackfill(deps.pool, id)
    if (backfill === null) return null
    const progress = backfillProgress(backfill, riskOf(deps, backfill), begun, deps.clock())
    begun.share ??= progress.share
    tell({ type: 'progress', ...progress })
    return backfill
  }
  let wasWatching: boolean | null = null
  while (!signal.aborted) {
    const backfill = await look()
    if (backfill === null || backfill.state === 'done') return null
    const isWatching = await hasDaemon(deps)
    if (isWatching !== wasWatching)
      tell({ type: 'notice', text: isWatching ? 'A reconciler runs, and reads it in its own time; this command watches' : 'No reconciler runs: this command reads it itself' })
    wasWatching = isWatching
    if (!isWatching) {
      const looking = lookRepeatedly(look, sleep)
      const result = await reconcileAccount(deps, { kind: 'cron', plannedAt: deps.clock(), range: null, lanes: ALL_LANES }, owner, signal).finally(looking.stop)
      const refusal = result.outcome === 'lease-held' ? undefined : result.reports.find((report) => report.trouble === 'refused')
      if (refusal !== undefined) return refusal.reason
    }
    await sleep(LOOK_EVERY_MS, signal).catch(() => {})
  }
  return null
}

const riskOf = ({ vendorClock, budget, policy }: ReconcilerDeps, backfill: Backfill): CliffRisk | null =>
  backfillRisk(vendorClock.now(), backfill, { budgetPerMinute: budget.snapshot().configuredPerMinute, historyMs: policy.historyMs })

const lookRepeatedly = (look: () => Promise<unknown>, sleep: OneShotSurroundings['sleep']) => {
  const stopping = new AbortController()
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(LOOK_EVERY_MS, stopping.signal).catch(() => {})
      if (!stopping.signal.aborted) await look().catch(() => {})
    }
  })()
  return {
    stop: async (): Promise<void> => {
      stopping.abort()
      await looking
    },
  }
}

/** Every window exists, also one that can never be read: as a gap. */
const makeGaps = async (deps: ReconcilerDeps, from: Instant, { owner, sleep }: OneShotSurroundings, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const made = await holdLease(deps, owner, signal, (lease) => makeWindows(deps, from, lease).then(() => true))
    if (made !== null) return
    await sleep(LOOK_EVERY_MS, signal).catch(() => {})
  }
}

const EXIT_CODES: Readonly<Record<BackfillSummary['outcome'], number>> = {
  done: EXIT.complete,
  planned: EXIT.complete,
  stopped: EXIT.gapsRemain,
  'gaps-remain': EXIT.gapsRemain,
  'beyond-history': EXIT.gapsRemain,
}

const summaryOf = (deps: ReconcilerDeps, plan: BackfillPlan, backfill: Backfill | null, outcome: BackfillSummary['outcome'], reason: string | null): BackfillSummary => ({
  account: deps.account,
  ...textOf(plan.range),
  outcome,
  reason,
  beyond: plan.beyond === null ? null : textOf(plan.beyond),
  callsExpected: plan.callsExpected,
  estimate:
    plan.estimate === null
      ? null
      : { requests: plan.estimate.requests, closingRequests: plan.estimate.closingRequests, minutesMin: Math.ceil(plan.estimate.durationMsMin / MINUTE) },
  readTo: backfill === null ? null : text(backfill.readTo),
  callsListed: backfill?.callsListed ?? 0,
  callsFound: backfill?.callsFound ?? 0,
  callsAtRisk: backfill === null ? 0 : (riskOf(deps, backfill)?.callsLost ?? 0),
  requests: backfill?.requests ?? plan.requests,
  windowsSkipped: backfill?.windowsSkipped ?? 0,
  exitCode: outcome === 'planned' && plan.beyond !== null ? EXIT.gapsRemain : EXIT_CODES[outcome],
})

const textOf = ({ from, to }: Window) => ({ from: text(from), to: text(to) })
const text = (at: Instant): string => new Date(at).toISOString()
