import { contains, type Window, windowsBetween } from '@rollcall/domain/window/window'
import { nextTransition } from '@rollcall/domain/window/window-state'
import type { Queryable } from '@rollcall/store/queryable'
import { keepWindowHistory } from '@rollcall/store/reconcile/keep-window-history'
import { moveWindows } from '@rollcall/store/reconcile/move-windows'
import { readWatermark } from '@rollcall/store/reconcile/read-watermark'
import { readWindows, type WindowSelection } from '@rollcall/store/reconcile/read-windows'
import { saveWindowScans, type WindowScanRow } from '@rollcall/store/reconcile/save-window-scans'
import { readScanPositions, saveScanPositions } from '@rollcall/store/reconcile/scan-positions'
import { certifyWindows } from './certify-windows.ts'
import { isCreatedIn } from './is-created-in.ts'
import { isHeld } from './is-held.ts'
import { LeaseLostError } from './lease-lost-error.ts'
import { listingDifferences } from './listing-differences.ts'
import { noteAudit } from './note-audit.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import type { ScanEvidence } from './scan-evidence.ts'
import { windowChanged } from './window-changed.ts'
import { windowDigest } from './window-listing.ts'

/** Writes the evidence for every window of the range, then moves the windows that it closes. Returns how many became final. */
export const closeWindows = async (deps: ReconcilerDeps, tx: Queryable, range: Window, lease: RunLease, evidence: ScanEvidence): Promise<number> => {
  await saveWindowScans(tx, deps.account, windowScans(range, evidence), deps.clock())
  await saveScanPositions(tx, evidence.scanId, Object.fromEntries([...evidence.projectedTo].map(([partition, next]) => [partition, next.toString()])))
  return moveDueWindows(deps, tx, range, lease, evidence)
}

/**
 * Moves each selected window to the state that its scans and the time now allow, notes why, and certifies what it moves. Before Exotel's
 * clock is known a window may at most end, which proves nothing. Returns how many became final.
 */
export const moveDueWindows = async (
  deps: ReconcilerDeps,
  tx: Queryable,
  selection: WindowSelection,
  lease: RunLease,
  evidence: Pick<ScanEvidence, 'scanId' | 'rows' | 'held'> | null = null,
): Promise<number> => {
  const isClockKnown = deps.vendorClock.skewMs() !== null
  const now = deps.vendorClock.now()
  const moves = (await readWindows(tx, deps.account, selection)).flatMap(({ window, state, scans }) => {
    const transition = nextTransition(window, state, scans, now, deps.policy)
    return transition === null || !(isClockKnown || transition.reason === 'ended') ? [] : [{ window, from: state, transition }]
  })
  if (moves.length === 0) return 0
  const differences = await listingDifferences(tx, deps.account, moves, evidence?.rows ?? [])
  const amended = moves.filter(({ transition }) => transition.to.state === 'amended').map(({ window }) => window.from)
  await keepWindowHistory(tx, deps.account, amended, now)
  const moved = await moveWindows(
    tx,
    deps.account,
    moves.map(({ window, transition }) => ({ window, state: transition.to, reason: transition.reason })),
    now,
    lease,
  )
  if (moved < moves.length) throw new LeaseLostError(lease.job)
  const { at: watermark } = await readWatermark(tx, deps.account)
  const positions = await readScanPositions(
    tx,
    moves.flatMap(({ transition }) => transition.evidence.map(({ scan }) => scan)),
  )
  const entries = moves.map((move) => windowChanged({ ...move, at: now, difference: differences.get(move.window.from) ?? null, positions, watermark }))
  const certificates = await certifyWindows(deps, tx, moves, evidence, now)
  await noteAudit(deps, tx, lease, [...entries, ...certificates])
  return moves.filter(({ transition }) => transition.to.state === 'final').length
}

/** One row for each window of the range, also where nothing was listed. */
export const windowScans = (range: Window, evidence: ScanEvidence): readonly WindowScanRow[] => {
  const held = new Map(evidence.held.map((call) => [call.callSid, call]))
  return windowsBetween(range.from, range.to).map((window) => {
    const rows = evidence.rows.filter((row) => contains(window, row.createdAt))
    const unresolved = evidence.held.filter((call) => evidence.unresolved.has(call.callSid) && isCreatedIn(window, call))
    return {
      windowFrom: window.from,
      scan: evidence.scanId,
      startedAt: evidence.startedAt,
      digest: windowDigest(rows),
      projected: rows.every((row) => isHeld(row, held)),
      unresolved: unresolved.length,
      callsListed: rows.length,
      callsHeld: rows.filter((row) => held.has(row.callSid)).length,
      callsFound: rows.filter((row) => evidence.found.has(row.callSid)).length,
    }
  })
}
