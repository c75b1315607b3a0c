/**
 * What to ask the API for next. Pure: the shell spends the budget in this order and asks again.
 *
 * What the RPO and the closing of windows need (trailing, sweep, finalise) goes by the earliest deadline, while it can be in time; what is
 * late already goes by age, since Exotel forgets the oldest first; and the two take turns. What is then left goes to rescans where a list
 * takes no filter, to ageing and to history.
 */
import type { Instant } from '../time.ts'
import type { Window } from '../window/window.ts'
import { AGEING_WINDOWS_PER_SCAN_MAX } from './ageing.ts'
import type { CallLengths } from './call-lengths.ts'
import { duePass } from './due-pass.ts'
import type { Lane } from './lane.ts'
import { CALLS_PER_SCAN_GOAL, type Need, WINDOWS_PER_SCAN_MAX, wholeScans } from './need.ts'
import type { PlannedScan, PlannedWork } from './planned-work.ts'
import { planRescans } from './rescan.ts'
import type { SchedulePolicy } from './schedule-policy.ts'
import { type PassNeed, type ShedPass, shedUnderPressure } from './shed.ts'
import { type Looks, planSweep, unsweptWindows } from './sweep.ts'
import { ROWS_PER_REQUEST } from './timing.ts'
import { type Spent, spareInTurn, takeTurns } from './turns.ts'
import type { WindowProgress } from './window-progress.ts'

/** What is known when the next work is chosen. Moments are the vendor's. */
export interface Standing {
  readonly now: Instant
  /** Others are not planned. */
  readonly lanes: ReadonlySet<Lane>
  /** Those that are not final, in order. */
  readonly windows: readonly WindowProgress[]
  readonly sweep: {
    /** Whether the list takes the filter by duration. */
    readonly filters: boolean
    readonly looks: Looks
    readonly lengths: CallLengths
  }
  /** Final windows whose look is due, in order. */
  readonly ageing: readonly (Window & { readonly due: Instant; readonly calls: number })[]
  /** Requests that may be sent in a minute. */
  readonly perMinute: number
  readonly spent: Spent
  /** How many pieces of spare work were done before. */
  readonly spareTurn: number
}

export interface Plan {
  /** In the order in which to do it. */
  readonly work: readonly PlannedWork[]
  /** Passes that are due and left out. */
  readonly shed: readonly ShedPass[]
  /** How long ago any age that is swept was looked at, at the most: what a call that surfaced there has to wait. */
  readonly sweepAgeMs: number
}

/** A scan keeps what becomes due meanwhile waiting, so it takes no more than about this much of a minute's budget, or a single window. */
export const SCAN_MINUTES = 1
/** What can wait for hours must not keep what has a minute waiting for all of it. */
const SPARE_SCAN_MINUTES = 0.5

export const plan = (standing: Standing, policy: SchedulePolicy): Plan => {
  const { now, lanes, windows, sweep, perMinute } = standing
  const bounds = { windowsMax: WINDOWS_PER_SCAN_MAX, callsMax: callsWithin(perMinute * SCAN_MINUTES) }
  const spareBounds = { windowsMax: AGEING_WINDOWS_PER_SCAN_MAX, callsMax: callsWithin(perMinute * SPARE_SCAN_MINUTES) }
  const sweeps = lanes.has('sweep')
  const bands = sweeps && sweep.filters ? planSweep(now, windows, sweep.looks, sweep.lengths, policy, perMinute * SCAN_MINUTES) : []
  const ofTier = (tier: PlannedScan['tier']): PlannedScan[] => bands.filter((band) => band.tier === tier)
  const passes = passesOf(standing, policy)
  const late = [...wholeScans(passes.late, 'late', bounds), ...ofTier('late')].toSorted((a, b) => a.from - b.from)
  const inTime = shedUnderPressure(now, passes.inTime, ofTier('in-time'), late.length > 0 ? perMinute / 2 : perMinute, bounds)
  const spare = {
    sweep: sweeps && !sweep.filters ? planRescans(now, windows, policy, spareBounds) : [],
    ageing: lanes.has('ageing') ? wholeScans(standing.ageing.map(ageingNeed), 'spare', spareBounds) : [],
    history: lanes.has('history') ? [HISTORY] : [],
  }
  return {
    work: [...takeTurns(inTime.scans, late, standing.spent), ...spareInTurn(spare, standing.spareTurn)],
    shed: inTime.shed,
    sweepAgeMs: sweeps ? sweepAgeOf(standing, policy) : 0,
  }
}

/** The same windows whether due or not, cut into scans of bearable size: what an operator asks for. */
export const planRange = (windows: readonly Pick<WindowProgress, 'window' | 'listed'>[]): readonly Window[] =>
  wholeScans(
    windows.map(({ window, listed }): Need => ({ ...window, lane: 'trailing', due: 0, deadline: 0, calls: listed })),
    'in-time',
    { windowsMax: WINDOWS_PER_SCAN_MAX, callsMax: CALLS_PER_SCAN_GOAL },
  ).map(({ from, to }) => ({ from, to }))

const sweepAgeOf = ({ now, windows, sweep }: Standing, policy: SchedulePolicy): number =>
  unsweptWindows(now, now, windows, sweep.looks, policy).reduce((most, { lookedAt }) => Math.max(most, now - lookedAt), 0)

const HISTORY = { lane: 'history', tier: 'spare' } as const

const callsWithin = (requests: number): number => Math.min(CALLS_PER_SCAN_GOAL, Math.max(1, requests) * ROWS_PER_REQUEST)

/** Trailing passes and finalising scans that are due: what can be in time, and what is late. */
const passesOf = ({ now, lanes, windows }: Standing, policy: SchedulePolicy): { readonly inTime: readonly PassNeed[]; readonly late: readonly PassNeed[] } => {
  const passes: { readonly inTime: PassNeed[]; readonly late: PassNeed[] } = { inTime: [], late: [] }
  for (const progress of windows) {
    const pass = duePass(now, progress, policy)
    if (pass === null || !lanes.has(pass.lane)) continue
    const { lane, due, deadline, lateAfter, sheddable } = pass
    const { from, to } = progress.window
    passes[now > lateAfter ? 'late' : 'inTime'].push({ lane, from, to, due, deadline, sheddable, calls: progress.listed })
  }
  return passes
}

const ageingNeed = ({ from, to, due, calls }: Standing['ageing'][number]): Need => ({ lane: 'ageing', from, to, due, deadline: due, calls })
