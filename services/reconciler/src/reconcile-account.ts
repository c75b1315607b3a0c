/**
 * One run for one account: take the lease, make the windows that time has brought, judge again, scan what is due, close what can be
 * closed, chase single calls, say what was done. Two runs at once would be wasteful, never wrong; the lease keeps it to one, and its
 * token fences one that was paused.
 */
import { randomUUID } from 'node:crypto'
import type { Lane } from '@rollcall/domain/schedule/lane'
import type { ShedPass } from '@rollcall/domain/schedule/shed'
import type { Instant } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import type { RunOutcome, RunTally } from '@rollcall/store/reconcile/runs'
import { withSpan } from '@rollcall/telemetry/with-span'
import { applyPolicy } from './apply-policy.ts'
import { type AuditPublisher, createAuditPublisher } from './audit-publisher.ts'
import { caughtUp } from './caught-up.ts'
import { type ChaseDone, type ChaseTurn, chaseCalls } from './chase-calls.ts'
import { checkRecordings } from './check-recordings.ts'
import { moveDueWindows } from './close-windows.ts'
import { countTimelinessInTime } from './count-timeliness-in-time.ts'
import { dueWork } from './due-work.ts'
import { historyTurn } from './history-turn.ts'
import { holdLease } from './hold-lease.ts'
import { followHost } from './learn-skew.ts'
import { LeaseLostError } from './lease-lost-error.ts'
import { makeWindows } from './make-windows.ts'
import { noteSlots, type PlannedSlots } from './note-slots.ts'
import { rangeWork } from './range-work.ts'
import { PROJECTOR_BEHIND } from './reconcile-scan.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { rejudgeCalls } from './rejudge-calls.ts'
import type { RunDone, RunResult } from './run-result.ts'
import { beginRunRow, endRunRow } from './run-row.ts'
import type { ScanReport } from './scan-report.ts'
import { keepSilence, rememberSilence } from './silence.ts'
import { watchWebhooks } from './watch-webhooks.ts'
import { type WorkOptions, workInTurn } from './work-in-turn.ts'
import { writeUnderLease } from './write-under-lease.ts'

export interface RunRequest {
  readonly kind: 'cron' | 'one-shot'
  readonly plannedAt: Instant
  /** Scan all windows of this range now, due or not; null: what is due. */
  readonly range: Window | null
  /** What of that which is due it takes on; a range is read whatever they are. */
  readonly lanes: ReadonlySet<Lane>
  /** The slots that it is for; a run that no schedule planned has none. */
  readonly slots?: readonly PlannedSlots[]
}

export const reconcileAccount = (deps: ReconcilerDeps, run: RunRequest, owner: string, stopped: AbortSignal): Promise<RunResult> =>
  withSpan('reconcile account', { 'rollcall.account': deps.account, 'rollcall.run.kind': run.kind }, async () => {
    followHost(deps)
    const done = await holdLease(deps, owner, stopped, (lease, signal) => recordRun(deps, run, lease, signal))
    return done ?? { outcome: 'lease-held' }
  })

/** The run's row, and what it tells the audit topic: begun before anything is done, ended whatever happens. */
const recordRun = async (deps: ReconcilerDeps, run: RunRequest, lease: RunLease, signal: AbortSignal): Promise<RunDone> => {
  const runId = randomUUID()
  const audit = createAuditPublisher(deps, lease)
  await audit.publish()
  const row = { runId, kind: run.kind, plannedAt: run.plannedAt, startedAt: deps.clock() }
  await beginRunRow(deps, { ...row, lanes: [...run.lanes] }, lease)
  await noteSlots(deps, run.slots ?? [], row.startedAt, lease)
  await keepSilence(deps)
  const work: Work = { reports: [], requests: 0, webhooksMissing: 0, windowsClosed: 0, passesShed: [], sweepAgeMs: 0, gap: null }
  const end = async (outcome: RunOutcome, stopReason: string | null): Promise<void> => {
    await endRunRow(deps, { ...row, outcome, stopReason, tally: tallyOf(work), endedAt: deps.clock() }, lease)
    // The run has ended as it has; what it could not tell is told by the next one.
    if (outcome !== 'lease-lost') await audit.publish().catch(() => {})
  }
  try {
    await doRun(deps, run, runId, audit, lease, signal, work).finally(() => rememberSilence(deps, lease))
    signal.throwIfAborted()
  } catch (error) {
    const [outcome, reason] = endingOf(error, signal)
    // The database may be what failed: then the row stays as it is, and the first error is the one to tell.
    await end(outcome, reason).catch(() => {})
    if (outcome === 'failed') throw error
    return { runId, outcome, stopReason: reason, ...doneOf(work) }
  }
  const outcome = work.gap === null ? 'complete' : 'gaps-remain'
  await end(outcome, work.gap)
  return { runId, outcome, stopReason: work.gap, ...doneOf(work) }
}

/** What was done so far; it counts also where the run then fails. */
interface Work {
  reports: readonly ScanReport[]
  /** Beside those of the scans. */
  requests: number
  webhooksMissing: number
  windowsClosed: number
  passesShed: readonly ShedPass[]
  sweepAgeMs: number
  /** Why something remains to be done; null when nothing does. */
  gap: string | null
}

const doRun = async (deps: ReconcilerDeps, run: RunRequest, runId: string, audit: AuditPublisher, lease: RunLease, signal: AbortSignal, work: Work): Promise<void> => {
  await makeWindows(deps, run.range?.from ?? null, lease)
  const asOf = await caughtUp(deps, signal)
  if (asOf === null) {
    // Nothing that a scan lists could be compared: asking would only spend the budget.
    work.gap = PROJECTOR_BEHIND
    return
  }
  work.webhooksMissing += await applyPolicy(deps, asOf, lease)
  work.webhooksMissing += await rejudgeCalls(deps, asOf, lease)
  await countTimelinessInTime(deps, lease)

  const chase = async (turn: ChaseTurn): Promise<ChaseDone> => {
    const chased = await chaseCalls(deps, turn, lease, signal)
    work.requests += chased.requests
    work.webhooksMissing += chased.webhooksMissing
    return chased
  }
  const chases = run.lanes.has('chase')
  const source = run.range === null ? dueWork({ ...deps, policy: await watchWebhooks(deps) }, runId, run.lanes) : await rangeWork(deps, runId, run.range)
  const options: WorkOptions = {
    isBounded: run.kind === 'cron',
    between: async () => {
      // What an operator asked for is read first; and scans with a deadline have nearly all of the budget.
      if (chases && run.kind === 'cron' && deps.turns.mayLookUp()) deps.turns.lookedUp((await chase('pressed')).requests)
    },
    spare: async () => chases && run.kind === 'cron' && (await chase('spare')).answered > 0,
    history: () => historyTurn(deps, runId, lease, signal),
    onReport: async (report) => {
      work.reports = [...work.reports, report]
      await audit.publish()
    },
  }
  work.gap = await workInTurn(deps, source, options, lease, signal).finally(() => {
    work.passesShed = source.shed()
    work.sweepAgeMs = source.sweepAgeMs()
  })
  work.windowsClosed += await writeUnderLease(deps, lease, (tx) => moveDueWindows(deps, tx, 'unclosed', lease))
  if (chases && run.kind === 'one-shot') await chase('whole')
  if (chases) await checkRecordings(deps, lease, signal)
}

const endingOf = (error: unknown, signal: AbortSignal): [RunDone['outcome'] | 'failed', string] => {
  if (error instanceof LeaseLostError || signal.reason instanceof LeaseLostError) return ['lease-lost', 'another reconciler took the lease over']
  if (signal.aborted) return ['stopped', 'the process was asked to stop']
  return ['failed', error instanceof Error ? `${error.name}: ${error.message}` : String(error)]
}

const doneOf = (work: Work) => ({ reports: work.reports, passesShed: work.passesShed, sweepAgeMs: work.sweepAgeMs, ...tallyOf(work) })

const tallyOf = (work: Work): RunTally => ({
  scans: work.reports.length,
  requests: work.requests + sum(work.reports, 'requests'),
  windowsClosed: work.windowsClosed + sum(work.reports, 'windowsClosed'),
  callsFound: sum(work.reports, 'callsFound'),
  webhooksMissing: work.webhooksMissing + sum(work.reports, 'webhooksMissing'),
})

const sum = (reports: readonly ScanReport[], of: 'requests' | 'windowsClosed' | 'callsFound' | 'webhooksMissing'): number =>
  reports.reduce((total, report) => total + report[of], 0)
