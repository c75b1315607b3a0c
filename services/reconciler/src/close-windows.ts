import type { CallRecord } from '@rollcall/domain/call/record'
import { fieldOf } from '@rollcall/domain/call/record'
import type { Instant } from '@rollcall/domain/time'
import { contains, windowsBetween } from '@rollcall/domain/window/window'
import { nextWindowState } from '@rollcall/domain/window/window-state'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { moveWindows, type WindowMove } from '@rollcall/store/reconcile/move-windows'
import { readWindows, type WindowSelection } from '@rollcall/store/reconcile/read-windows'
import { saveWindowScans, type WindowScanRow } from '@rollcall/store/reconcile/save-window-scans'
import { isHeld } from './is-held.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { windowDigest } from './window-digest.ts'

/** What a complete scan and the reading back after it showed. */
export interface ScanEvidence {
  readonly scanId: string
  readonly startedAt: Instant
  readonly rows: readonly ApiRow[]
  readonly held: ReadonlyMap<string, CallRecord>
  /** Calls that no observation had told us of before. */
  readonly found: ReadonlySet<string>
  /** Calls only we hold that are not explained. */
  readonly unresolved: ReadonlySet<string>
}

/** Writes the evidence for every window of the range, then moves the windows that it closes. Returns how many became final. */
export const closeWindows = async (deps: ReconcilerDeps, range: { readonly from: Instant; readonly to: Instant }, lease: RunLease, evidence: ScanEvidence): Promise<number> => {
  await saveWindowScans(deps.pool, deps.account, windowScans(range, evidence))
  return moveDueWindows(deps, range, lease)
}

/** Moves each selected window to the state that its scans and the time now allow. Returns how many became final. */
export const moveDueWindows = async (deps: ReconcilerDeps, selection: WindowSelection, lease: RunLease): Promise<number> => {
  const now = deps.clock()
  const moves = (await readWindows(deps.pool, deps.account, selection)).flatMap(({ window, state, scans }): WindowMove[] => {
    const next = nextWindowState(window, state, scans, now, deps.policy)
    return JSON.stringify(next) === JSON.stringify(state) ? [] : [{ window, state: next }]
  })
  if (moves.length === 0) return 0
  const moved = await moveWindows(deps.pool, deps.account, moves, now, lease)
  if (moved < moves.length) throw new LeaseLostError(`the lease ${lease.job} was taken over`)
  return moves.filter((move) => move.state.state === 'final').length
}

/** Another reconciler took the lease over; what it does is right, so this one stops. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

/** One row for each window of the range, also where nothing was listed. */
export const windowScans = (range: { readonly from: Instant; readonly to: Instant }, evidence: ScanEvidence): readonly WindowScanRow[] =>
  windowsBetween(range.from, range.to).map((window) => {
    const rows = evidence.rows.filter((row) => contains(window, row.createdAt))
    const ours = [...evidence.held.values()].filter((call) => isCreatedIn(window, call))
    return {
      windowFrom: window.from,
      scan: evidence.scanId,
      startedAt: evidence.startedAt,
      digest: windowDigest(rows),
      projected: rows.every((row) => isHeld(row, evidence.held)),
      unresolved: ours.filter((call) => evidence.unresolved.has(call.callSid)).length,
      callsListed: rows.length,
      callsHeld: rows.filter((row) => evidence.held.has(row.callSid)).length,
      callsFound: rows.filter((row) => evidence.found.has(row.callSid)).length,
    }
  })

const isCreatedIn = (window: { from: Instant; to: Instant }, call: CallRecord): boolean => {
  const createdAt = fieldOf(call, 'createdAt')
  return createdAt !== null && contains(window, Date.parse(createdAt))
}
