/**
 * One run for one account: take the lease, make the windows that time has brought, scan what is due, close what can be closed, say what was done.
 * Two runs at once would be wasteful, never wrong; the lease keeps it to one, and its token fences one that was paused.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Instant } from '@rollcall/domain/time'
import { plan, WINDOWS_PER_SCAN_MAX } from '@rollcall/domain/window/plan'
import { WINDOW_MS, windowAt, windowsBetween } from '@rollcall/domain/window/window'
import { claimLease, releaseLease, renewLease } from '@rollcall/store/lease'
import { ensureWindows, newestWindow } from '@rollcall/store/reconcile/ensure-windows'
import { firstWindow } from '@rollcall/store/reconcile/first-window'
import { readWindows } from '@rollcall/store/reconcile/read-windows'
import { beginRun, endRun, type RunOutcome, type RunTally } from '@rollcall/store/reconcile/runs'
import { LeaseLostError, moveDueWindows } from './close-windows.ts'
import { completeCalls } from './complete-calls.ts'
import { reconcileScan, type ScanReport, type ScanRequest } from './reconcile-scan.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'

export const LEASE_MS = 30_000
const RENEWALS_PER_LEASE = 3

export interface RunRequest {
  readonly kind: 'cron' | 'one-shot'
  readonly plannedAt: Instant
  /** Scan all windows of this range now, due or not; null: what is due. */
  readonly range: { readonly from: Instant; readonly to: Instant } | null
}

export type RunResult = { readonly outcome: 'lease-held' } | ({ readonly outcome: RunOutcome; readonly runId: string; readonly stopReason: string | null } & RunTally)

export const reconcileAccount = async (deps: ReconcilerDeps, run: RunRequest, owner: string, signal: AbortSignal): Promise<RunResult> => {
  const job = `reconcile:${deps.account}`
  const token = await claimLease(deps.pool, { job, owner, ttlMs: LEASE_MS })
  if (token === null) return { outcome: 'lease-held' }
  const lease: RunLease = { job, token }
  const held = holdLease(deps, lease, owner, signal)
  try {
    return await runUnderLease(deps, run, lease, held.signal)
  } finally {
    await held.end()
    await releaseLease(deps.pool, { job, owner, token })
  }
}

const runUnderLease = async (deps: ReconcilerDeps, run: RunRequest, lease: RunLease, signal: AbortSignal): Promise<RunResult> => {
  const runId = randomUUID()
  await beginRun(deps.pool, { runId, account: deps.account, kind: run.kind, plannedAt: run.plannedAt, startedAt: deps.clock(), leaseToken: lease.token })
  const reports: ScanReport[] = []
  let outcome: RunOutcome = 'failed'
  let stopReason: string | null = null
  const besides = { closed: 0, lookups: 0 }
  try {
    await makeWindows(deps, run)
    for (const request of await requests(deps, run, runId)) {
      signal.throwIfAborted()
      reports.push(await reconcileScan(deps, request, lease, signal))
    }
    besides.closed = await moveDueWindows(deps, 'unclosed', lease)
    besides.lookups = await completeCalls(deps, run.kind, lease, signal)
    const unsound = reports.find((report) => report.outcome !== 'complete')
    outcome = unsound === undefined ? 'complete' : 'gaps-remain'
    stopReason = unsound?.reason ?? null
  } catch (error) {
    ;[outcome, stopReason] = endingOf(error, signal)
    if (outcome === 'failed') throw error
  } finally {
    await endRun(deps.pool, runId, outcome, tally(reports, besides), stopReason, deps.clock())
  }
  return { runId, outcome, stopReason, ...tally(reports, besides) }
}

const endingOf = (error: unknown, signal: AbortSignal): [RunOutcome, string] => {
  if (error instanceof LeaseLostError || signal.reason instanceof LeaseLostError) return ['lease-lost', 'another reconciler took the lease over']
  if (signal.aborted) return ['stopped', 'the process was asked to stop']
  return ['failed', error instanceof Error ? `${error.name}: ${error.message}` : String(error)]
}

/** Windows are contiguous from the account's first to the one that holds now; a range asked for earlier moves the first one back. */
const makeWindows = async (deps: ReconcilerDeps, run: RunRequest): Promise<void> => {
  const now = deps.clock()
  const newest = await newestWindow(deps.pool, deps.account)
  const proposed = windowAt(run.range?.from ?? now - deps.policy.maximumCallMs).from
  const first = await firstWindow(deps.pool, deps.account, proposed)
  const from = newest === null || first === proposed ? first : newest + WINDOW_MS
  await ensureWindows(deps.pool, deps.account, windowsBetween(from, now + 1), now)
}

const requests = async (deps: ReconcilerDeps, run: RunRequest, runId: string): Promise<readonly ScanRequest[]> => {
  const now = deps.clock()
  if (run.range === null)
    return plan(now, await readWindows(deps.pool, deps.account, 'unclosed'), deps.policy).map((scan) => ({ runId, lane: scan.lane, from: scan.from, to: scan.to }))
  const windows = windowsBetween(run.range.from, Math.min(run.range.to, now + 1))
  return Array.from({ length: Math.ceil(windows.length / WINDOWS_PER_SCAN_MAX) }, (_, nth) => {
    const part = windows.slice(nth * WINDOWS_PER_SCAN_MAX, (nth + 1) * WINDOWS_PER_SCAN_MAX)
    return { runId, lane: 'on-demand', from: part[0]?.from ?? 0, to: part.at(-1)?.to ?? 0 }
  })
}

const tally = (reports: readonly ScanReport[], besides: { readonly closed: number; readonly lookups: number }): RunTally => ({
  scans: reports.length,
  requests: sum(reports, 'requests') + besides.lookups,
  windowsClosed: sum(reports, 'windowsClosed') + besides.closed,
  callsFound: sum(reports, 'callsFound'),
  webhooksMissing: sum(reports, 'webhooksMissing'),
})

const sum = (reports: readonly ScanReport[], of: 'requests' | 'windowsClosed' | 'callsFound' | 'webhooksMissing'): number =>
  reports.reduce((total, report) => total + report[of], 0)

/** Renews the lease until told to end; its signal aborts when the lease is lost or the process stops. */
const holdLease = (deps: ReconcilerDeps, lease: RunLease, owner: string, stopped: AbortSignal): { readonly signal: AbortSignal; end(): Promise<void> } => {
  const lost = new AbortController()
  const ended = new AbortController()
  const renewing = (async () => {
    for (;;) {
      await sleep(LEASE_MS / RENEWALS_PER_LEASE, undefined, { signal: ended.signal })
      if (!(await renewLease(deps.pool, { ...lease, owner, ttlMs: LEASE_MS }))) return lost.abort(new LeaseLostError(`the lease ${lease.job} was taken over`))
    }
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) lost.abort(error)
  })
  return {
    signal: AbortSignal.any([stopped, lost.signal]),
    end: async () => {
      ended.abort()
      await renewing
    },
  }
}
