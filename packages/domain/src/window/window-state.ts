/**
 * Closing a window.
 *
 *   made ► open ──it ends──► settling ──a sound scan──► provisional ──two equal sound scans──► final ──a later scan differs──► amended(n)
 *              └──────────────────┴──── older than Exotel answers ────┴──► gap ──evidence after all──► provisional or final
 *
 * A *sound* scan is complete, and everything it listed was read back from the projection (not assumed to be there). Nothing else moves a
 * window. A window is final only when the longest possible call has ended and settled before both scans began (law 7). A scan that began
 * when Exotel may have forgotten the window's calls proves nothing of it any more: an empty listing would look like one without calls.
 * Incomplete scans never reach this file. A crash here loses nothing: the state is a function of the stored scans.
 */
import { compareText } from '../call/decimal.ts'
import type { Instant } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'
import type { Window } from './window.ts'

/** `digest` is that of the listing which the state stands for; a later sound scan with another one is told. */
export type WindowState =
  | { readonly state: 'open' }
  | { readonly state: 'settling' }
  | { readonly state: 'provisional'; readonly scan: string; readonly digest: string }
  | { readonly state: 'final'; readonly scans: readonly [string, string]; readonly digest: string }
  | { readonly state: 'amended'; readonly times: number; readonly scan: string; readonly digest: string }
  | { readonly state: 'gap' }

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

/**
 * Why a window is in a new state.
 *   made            → it did not exist before
 *   ended           → its five minutes are over
 *   sound-scan      → a sound scan, begun late enough, is the first to speak for it
 *   listing-differs → a later sound scan listed something else than the state stood for
 *   equal-scans     → sound scans that no call can outlast, far enough apart, listed the same, and nothing of ours is unexplained
 *   beyond-history  → Exotel does not answer for it any more
 */
export const TRANSITION_REASONS = ['made', 'ended', 'sound-scan', 'listing-differs', 'equal-scans', 'beyond-history'] as const
export type TransitionReason = (typeof TRANSITION_REASONS)[number]

export interface Transition<Scan extends WindowScan = WindowScan> {
  readonly to: WindowState
  readonly reason: TransitionReason
  /** The scans that make it so, oldest first; none where time alone does. */
  readonly evidence: readonly Scan[]
}

/** First moment at which a scan can count towards finality. */
export const finalisableAt = (window: Window, policy: ClosingPolicy): Instant => window.to + policy.maximumCallMs + policy.settleMs

/** From this moment on Exotel may have forgotten calls of the window. */
export const unverifiableAt = (window: Window, policy: ClosingPolicy): Instant => window.from + policy.historyMs

/**
 * Where the window goes from `current` (null: it does not exist yet), given the complete scans that covered it, in any order. Null: it
 * stays. After a move the same evidence at the same time moves it no further.
 */
export const nextTransition = <Scan extends WindowScan>(
  window: Window,
  current: WindowState | null,
  scans: readonly Scan[],
  now: Instant,
  policy: ClosingPolicy,
): Transition<Scan> | null => {
  if (current === null) return { to: { state: stateByTime(window, now, policy) }, reason: 'made', evidence: [] }
  const evidence = scans.filter((scan) => scan.startedAt < unverifiableAt(window, policy)).toSorted(byAge)
  switch (current.state) {
    case 'open':
    case 'settling':
    case 'provisional':
    case 'gap':
      return closing(window, current, evidence, now, policy)
    case 'final':
    case 'amended': {
      const latest = evidence.findLast((scan) => scan.projected)
      if (latest === undefined || latest.digest === current.digest) return null
      const times = current.state === 'amended' ? current.times + 1 : 1
      return { to: { state: 'amended', times, scan: latest.scan, digest: latest.digest }, reason: 'listing-differs', evidence: [latest] }
    }
    default:
      return current satisfies never
  }
}

type Unclosed = Exclude<WindowState, { readonly state: 'final' | 'amended' }>

const closing = <Scan extends WindowScan>(window: Window, current: Unclosed, evidence: readonly Scan[], now: Instant, policy: ClosingPolicy): Transition<Scan> | null => {
  const final = finalScans(window, evidence, policy)
  if (final !== null) return { to: { state: 'final', scans: [final[0].scan, final[1].scan], digest: final[1].digest }, reason: 'equal-scans', evidence: final }
  if (now >= unverifiableAt(window, policy)) return current.state === 'gap' ? null : { to: { state: 'gap' }, reason: 'beyond-history', evidence: [] }
  const latest = evidence.findLast((scan) => scan.projected && scan.startedAt >= window.to + policy.provisionalSettleMs)
  if (latest === undefined) return current.state === 'open' && now >= window.to ? { to: { state: 'settling' }, reason: 'ended', evidence: [] } : null
  if (current.state === 'provisional' && current.digest === latest.digest) return null
  const reason = current.state === 'provisional' ? 'listing-differs' : 'sound-scan'
  return { to: { state: 'provisional', scan: latest.scan, digest: latest.digest }, reason, evidence: [latest] }
}

const stateByTime = (window: Window, now: Instant, policy: ClosingPolicy): 'open' | 'settling' | 'gap' => {
  if (now >= unverifiableAt(window, policy)) return 'gap'
  return now < window.to ? 'open' : 'settling'
}

/** The newest run of equal sound scans, if it is long enough: its first and last. */
const finalScans = <Scan extends WindowScan>(window: Window, scans: readonly Scan[], policy: ClosingPolicy): readonly [Scan, Scan] | null => {
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

/** Oldest first, and the same whatever the order in which scans of one moment are given. */
const byAge = (a: WindowScan, b: WindowScan): number => a.startedAt - b.startedAt || compareText(a.scan, b.scan)
