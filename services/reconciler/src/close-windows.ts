import { type CallRecord, fieldOf } from '@rollcall/domain/call/record'
import type { Instant } from '@rollcall/domain/time'
import { contains, type Window, windowsBetween } from '@rollcall/domain/window/window'
import { nextWindowState } from '@rollcall/domain/window/window-state'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import type { Queryable } from '@rollcall/store/queryable'
import { moveWindows, type WindowMove } from '@rollcall/store/reconcile/move-windows'
import { readWindows, type WindowSelection } from '@rollcall/store/reconcile/read-windows'
import { saveWindowScans, type WindowScanRow } from '@rollcall/store/reconcile/save-window-scans'
import { isHeld } from './is-held.ts'
import { LeaseLostError } from './lease-lost-error.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { windowDigest } from './window-digest.ts'

/** What a complete scan and the reading back after it showed. */
export interface ScanEvidence {
  readonly scanId: string
  /** By the vendor's clock. */
  readonly startedAt: Instant
  readonly rows: readonly ApiRow[]
  readonly held: readonly CallRecord[]
  /** Calls that no observation had told us of before. */
  readonly found: ReadonlySet<string>
  /** Calls only we hold that are not explained. */
  readonly unresolved: ReadonlySet<string>
}

/** Writes the evidence for every window of the range, then moves the windows that it closes. Returns how many became final. */
export const closeWindows = async (deps: ReconcilerDeps, tx: Queryable, range: Window, lease: RunLease, evidence: ScanEvidence): Promise<number> => {
  await saveWindowScans(tx, deps.account, windowScans(range, evidence))
  return moveDueWindows(deps, tx, range, lease)
}

/** Moves each selected window to the state that its scans and the time now allow. Returns how many became final. */
export const moveDueWindows = async (deps: ReconcilerDeps, tx: Queryable, selection: WindowSelection, lease: RunLease): Promise<number> => {
  const now = deps.vendorClock.now()
  const moves = (await readWindows(tx, deps.account, selection)).flatMap(({ window, state, scans }): WindowMove[] => {
    const next = nextWindowState(window, state, scans, now, deps.policy)
    return JSON.stringify(next) === JSON.stringify(state) ? [] : [{ window, state: next }]
  })
  if (moves.length === 0) return 0
  const moved = await moveWindows(tx, deps.account, moves, now, lease)
  if (moved < moves.length) throw new LeaseLostError(lease.job)
  return moves.filter((move) => move.state.state === 'final').length
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

const isCreatedIn = (window: Window, call: CallRecord): boolean => {
  const createdAt = fieldOf(call, 'createdAt')
  return createdAt !== null && contains(window, Date.parse(createdAt))
}
