/**
 * Closing a window.
 *
 *   open ──end──► settling ──one sound scan──► provisional ──two equal sound scans──► final ──a later difference──► amended(n)
 *
 * A *sound* scan is complete, and everything it listed was read back from the projection (not assumed to be there).
 * A window is final only when the longest possible call has ended and settled before both scans began (law 7).
 * Incomplete scans are not evidence: they never reach this file. A crash here loses nothing: the state is a function of the stored scans.
 */
import type { Instant } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'
import type { Window } from './window.ts'

export type WindowState =
  | { readonly state: 'open' }
  | { readonly state: 'settling' }
  | { readonly state: 'provisional'; readonly scan: string }
  | { readonly state: 'final'; readonly scans: readonly [string, string] }
  | { readonly state: 'amended'; readonly times: number; readonly scan: string }

/** What one complete scan said of one window. */
export interface WindowScan {
  readonly scan: string
  /** When its first request was sent, by the vendor's clock. */
  readonly startedAt: Instant
  /** Hash over the window's rows as the vendor gave them. */
  readonly digest: string
  /** Every listed row was afterwards found in the projection. */
  readonly projected: boolean
  /** Calls we hold in this window that the scan did not list and that are not explained yet. */
  readonly unresolved: number
  /** How many calls it listed; absent where nobody counted. */
  readonly listed?: number
}

/** First moment at which a scan can count towards finality. */
export const finalisableAt = (window: Window, policy: ClosingPolicy): Instant => window.to + policy.maximumCallMs + policy.settleMs

/** The window's state, given where it was and all complete scans that covered it, oldest first. */
export const nextWindowState = (window: Window, current: WindowState, scans: readonly WindowScan[], now: Instant, policy: ClosingPolicy): WindowState => {
  switch (current.state) {
    case 'open':
    case 'settling':
    case 'provisional': {
      const final = finalScans(window, scans, policy)
      if (final !== null) return { state: 'final', scans: [final[0].scan, final[1].scan] }
      if (current.state === 'provisional') return current
      const first = scans.find((scan) => scan.startedAt >= window.to + policy.provisionalSettleMs && scan.projected)
      if (first !== undefined) return { state: 'provisional', scan: first.scan }
      return now < window.to ? { state: 'open' } : { state: 'settling' }
    }
    case 'final':
    case 'amended': {
      const known = current.state === 'final' ? current.scans[1] : current.scan
      const latest = scans.at(-1)
      const before = scans.find((scan) => scan.scan === known)
      if (latest === undefined || before === undefined || latest.digest === before.digest || !latest.projected) return current
      return { state: 'amended', times: current.state === 'amended' ? current.times + 1 : 1, scan: latest.scan }
    }
    default:
      return current satisfies never
  }
}

/** The newest run of equal sound scans, if it is long enough: its first and last. */
const finalScans = (window: Window, scans: readonly WindowScan[], policy: ClosingPolicy): readonly [WindowScan, WindowScan] | null => {
  const last = scans.at(-1)
  if (last === undefined || !counts(window, last, policy)) return null
  let first = last
  for (const scan of scans.toReversed()) {
    if (!counts(window, scan, policy) || scan.digest !== last.digest) break
    first = scan
  }
  return first !== last && last.startedAt - first.startedAt >= policy.finalScansApartMs ? [first, last] : null
}

const counts = (window: Window, scan: WindowScan, policy: ClosingPolicy): boolean => scan.startedAt >= finalisableAt(window, policy) && scan.projected && scan.unresolved === 0
