import { ageingRanges } from '@rollcall/domain/schedule/ageing'
import { ASSUMED_LENGTHS, lengthsOf } from '@rollcall/domain/schedule/call-lengths'
import type { Lane } from '@rollcall/domain/schedule/lane'
import type { Standing } from '@rollcall/domain/schedule/plan'
import { HOUR, type Instant } from '@rollcall/domain/time'
import { type Window, windowsBetween } from '@rollcall/domain/window/window'
import { readListFeatures } from '@rollcall/store/reconcile/list-features'
import { readAgeingWindows } from '@rollcall/store/reconcile/read-ageing-windows'
import { readCallLengths } from '@rollcall/store/reconcile/read-call-lengths'
import { readOpenWindows } from '@rollcall/store/reconcile/read-open-windows'
import { readSweepLooks } from '@rollcall/store/reconcile/read-sweep-looks'
import type { ReconcilerDeps } from './reconciler-deps.ts'

export interface StandingQuestion {
  readonly lanes: ReadonlySet<Lane>
  /** Of these ranges nothing is told. */
  readonly keptBack: readonly Window[]
}

/** Where an account stands, but for what is ageing: what a plan is made from. */
export const readStanding = async (deps: ReconcilerDeps, { lanes, keptBack }: StandingQuestion): Promise<Omit<Standing, 'spent' | 'spareTurn'>> => {
  const now = deps.vendorClock.now()
  const windows = await readOpenWindows(deps.pool, deps.account)
  return {
    now,
    lanes,
    windows: windows.filter(({ window }) => mayTry(deps, window, now, keptBack)),
    sweep: lanes.has('sweep') ? await sweepStanding(deps, now) : NOT_SWEPT,
    ageing: [],
    perMinute: deps.budget.snapshot().ratePerMinute,
  }
}

/** Closed windows whose look is due. */
export const readAgeing = async (deps: ReconcilerDeps, now: Instant, { keptBack }: StandingQuestion): Promise<Standing['ageing']> => {
  const windows = await readAgeingWindows(deps.pool, deps.account, ageingRanges(now, deps.policy))
  return windows.filter((window) => mayTry(deps, window, now, keptBack))
}

/** Neither one that stands back nor one that is kept back. */
const mayTry = (deps: ReconcilerDeps, window: Window, now: Instant, keptBack: readonly Window[]): boolean =>
  deps.troubledWindows.mayTry(window, now) && !keptBack.some(({ from, to }) => window.from >= from && window.from < to)

const NOT_SWEPT = { filters: true, looks: new Map(), lengths: ASSUMED_LENGTHS } as const

/** A look that is older than this is of a window that is swept no more. */
const LOOKS_BEYOND_MS = HOUR

const sweepStanding = async (deps: ReconcilerDeps, now: Instant): Promise<Standing['sweep']> => {
  const { pool, account, policy, vendorClock } = deps
  const { features } = await readListFeatures(pool, account)
  if (features.duration !== true) return { ...NOT_SWEPT, filters: false }
  const scans = await readSweepLooks(pool, account, deps.clock() - policy.maximumCallMs - policy.listLagMs - LOOKS_BEYOND_MS)
  const looks = new Map(scans.flatMap(({ from, to, startedAt }) => windowsBetween(from, to).map((window) => [window.from, vendorClock.at(startedAt)] as const)))
  return { filters: true, looks, lengths: lengthsOf(await readCallLengths(pool, account, now - policy.maximumCallMs)) }
}
