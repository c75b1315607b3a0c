/**
 * Lane history: backfills, worked off slice by slice when nothing better is due, the oldest first. A slice that is read in one piece is a
 * scan like any other, and its windows are then half way to final; one that was interrupted leaves its windows to the finalise lane.
 */
import { type BackfillProgress, cliffAt, sliceOf } from '@rollcall/domain/schedule/backfill'
import { WINDOW_MS, type Window, windowAt } from '@rollcall/domain/window/window'
import { type Backfill, type BackfillStep, readOpenBackfills, stepBackfill } from '@rollcall/store/reconcile/backfills'
import { makeWindows } from './make-windows.ts'
import { createPageIntake } from './page-intake.ts'
import { reconcileScan } from './reconcile-scan.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import type { ScanReport } from './scan-report.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** Reads the next slice of the account's oldest open backfill. Null where none is open. */
export const historyTurn = async (deps: ReconcilerDeps, runId: string, lease: RunLease, signal: AbortSignal): Promise<ScanReport | null> => {
  const backfill = await nextBackfill(deps, lease)
  if (backfill === null) return null
  if (backfill.state === 'waiting') await makeWindows(deps, backfill.requestedFrom, lease)
  const step = (what: BackfillStep): Promise<void> => writeUnderLease(deps, lease, (tx) => stepBackfill(tx, backfill.id, what, deps.clock()))

  const slice = sliceOf(backfill)
  let pages = 0
  const intake = createPageIntake(deps, slice, lease, async ({ rows, found }) => {
    await step({ readTo: rows.at(-1)?.createdAt ?? slice.from, callsListed: rows.length, callsFound: found, requests: 1 })
    pages += 1
  })
  const report = await reconcileScan(deps, { runId, lane: 'history', ...wholeWindows(slice), durationAtLeastSeconds: null }, lease, signal, intake)
  await step({ ...outcomeOf(deps, report, slice, backfill), requests: report.requests - pages })
  return report
}

/** The oldest backfill that still has something that Exotel tells of. What it told of once and does no more is lost, and said to be. */
const nextBackfill = async (deps: ReconcilerDeps, lease: RunLease): Promise<Backfill | null> => {
  const cliff = cliffAt(deps.vendorClock.now(), deps.policy.historyMs)
  for (const backfill of await readOpenBackfills(deps.pool, deps.account)) {
    if (backfill.readTo >= cliff) return backfill
    const lostTo = Math.min(cliff, backfill.to)
    const { id, account, from, readTo } = backfill
    deps.logger.error({ event: 'history.lost', account, backfill: id, from, lostFrom: readTo, lostTo }, 'Exotel forgot calls before the backfill reached them')
    await writeUnderLease(deps, lease, (tx) => stepBackfill(tx, id, { readTo: lostTo, lostTo }, deps.clock()))
    if (lostTo < backfill.to) return { ...backfill, readTo: lostTo, lostTo }
  }
  return null
}

/** The windows that lie in the slice from their begin to their end: only of those can it prove anything. */
const wholeWindows = ({ from, to }: Window): Window => ({ from: Math.min(to, windowAt(from - 1).to), to })

/** A slice that is refused is tried again in halves; a window that is refused alone is left to the finalise lane, which knows how to wait. */
const outcomeOf = (deps: ReconcilerDeps, report: ScanReport, slice: Window, { failures }: BackfillProgress): BackfillStep => {
  // What is refused once is refused again: slices grow back step by step.
  if (report.outcome !== 'incomplete') return { readTo: slice.to, failures: Math.max(0, failures - 1), trouble: null }
  if (report.trouble !== 'range') return { readTo: slice.from, trouble: report.reason }
  if (slice.to - slice.from > WINDOW_MS) return { readTo: slice.from, failures: failures + 1, trouble: report.reason }
  deps.troubledWindows.failed(windowAt(slice.from), deps.vendorClock.now())
  return { readTo: slice.to, windowsSkipped: 1, trouble: report.reason }
}
