/** What to ask the API for next. Pure: the shell spends the budget in this order and asks again. */
import { HOUR, type Instant, MINUTE } from '../time.ts'
import type { ClosingPolicy } from '../window/closing-policy.ts'
import type { Window } from '../window/window.ts'
import { finalisableAt, type WindowScan, type WindowState } from '../window/window-state.ts'
import type { Lane } from './lane.ts'

const SCAN_LANES = ['trailing', 'finalise'] as const satisfies readonly Lane[]
type ScanLane = (typeof SCAN_LANES)[number]

export interface WindowProgress {
  readonly window: Window
  readonly state: WindowState
  /** Complete scans that covered the window, oldest first. */
  readonly scans: readonly WindowScan[]
}

export interface PlannedScan {
  readonly lane: ScanLane
  readonly from: Instant
  readonly to: Instant
  /** When it became due. */
  readonly due: Instant
}

/** Neighbouring due windows share one scan up to this many (two hours): fewer, fuller pages. */
export const WINDOWS_PER_SCAN_MAX = 24
/** And up to about this many calls, where earlier scans tell how many there are: a hundred pages, so that no scan keeps the next one waiting for long. */
export const CALLS_PER_SCAN_GOAL = 10_000

/** How long after it became due a scan is still in time: what the RPO leaves a trailing pass, and what closing leaves a finalising one (reliability R4, R6). */
const IN_TIME_MS = { trailing: 10 * MINUTE, finalise: 20 * MINUTE } as const satisfies Record<ScanLane, number>
/** A window that finalising scans cannot close is looked at ever less often, down to this. */
export const FINALISE_WAIT_MS_MAX = 6 * HOUR

/**
 * The scans of these lanes that are due, in the order in which to make them. What can still be in time goes by deadline; what is late already goes by
 * age, since Exotel forgets the oldest first; and the two take turns, so that neither a backlog nor a busy hour starves the other.
 */
export const plan = (now: Instant, windows: readonly WindowProgress[], policy: ClosingPolicy, lanes: ReadonlySet<Lane>): readonly PlannedScan[] => {
  const due = windows.flatMap((progress): Need[] => {
    const need = dueScan(now, progress, policy)
    return need === null || !lanes.has(need.lane) ? [] : [{ ...need, ...progress.window, calls: callsListed(progress) }]
  })
  const isLate = (scan: PlannedScan): boolean => now > deadlineOf(scan)
  const inLanes = (needs: readonly Need[]): PlannedScan[] => SCAN_LANES.flatMap((lane) => mergeNeighbours(needs.filter((scan) => scan.lane === lane)))
  const inTime = inLanes(due.filter((scan) => !isLate(scan))).toSorted((a, b) => deadlineOf(a) - deadlineOf(b) || a.from - b.from)
  const late = inLanes(due.filter(isLate)).toSorted((a, b) => a.from - b.from)
  return takeTurns(inTime, late)
}

/** The same windows whether due or not, cut into scans of bearable size: what an operator asks for. */
export const planRange = (windows: readonly WindowProgress[]): readonly Window[] =>
  mergeNeighbours(windows.map((progress) => ({ ...progress.window, lane: 'trailing', due: 0, calls: callsListed(progress) }))).map(({ from, to }) => ({ from, to }))

interface Need extends PlannedScan {
  /** As the last complete scan listed; null where there was none. */
  readonly calls: number | null
}

const deadlineOf = (scan: PlannedScan): Instant => scan.due + IN_TIME_MS[scan.lane]

const callsListed = ({ scans }: WindowProgress): number | null => scans.at(-1)?.listed ?? null

const takeTurns = <T>(first: readonly T[], second: readonly T[]): T[] =>
  Array.from({ length: Math.max(first.length, second.length) }, (_, nth) => [...first.slice(nth, nth + 1), ...second.slice(nth, nth + 1)]).flat()

/** When this window is next worth a look, if that moment has come. */
export const dueScan = (now: Instant, { window, state, scans }: WindowProgress, policy: ClosingPolicy): { readonly lane: ScanLane; readonly due: Instant } | null => {
  if (state.state === 'final' || state.state === 'amended') return null
  const finalise = finalisePass(window, scans, policy)
  if (now >= finalise) return { lane: 'finalise', due: finalise }
  const passed = policy.trailingPassesMs.map((pass) => window.to + pass).filter((pass) => pass <= now && pass < finalisableAt(window, policy))
  const latest = passed.at(-1)
  const lastScan = scans.at(-1)
  return latest === undefined || (lastScan !== undefined && lastScan.startedAt >= latest) ? null : { lane: 'trailing', due: latest }
}

/**
 * The first finalising scan is due when the longest call has settled; the second a fixed distance after it. Where those two did not
 * close the window, each further one waits longer: what is wrong will not be right in a moment, and asking costs requests.
 */
const finalisePass = (window: Window, scans: readonly WindowScan[], policy: ClosingPolicy): Instant => {
  const earliest = finalisableAt(window, policy)
  const last = scans.at(-1)
  if (last === undefined || last.startedAt < earliest) return earliest
  const made = scans.filter((scan) => scan.startedAt >= earliest).length
  return last.startedAt + Math.min(policy.finalScansApartMs * Math.max(1, made - 1), Math.max(policy.finalScansApartMs, FINALISE_WAIT_MS_MAX))
}

/** A window that was never scanned is taken to be as full as the fullest that was. */
const mergeNeighbours = (needs: readonly Need[]): PlannedScan[] => {
  const fullest = needs.reduce((most, { calls }) => Math.max(most, calls ?? 0), 0)
  const merged: (PlannedScan & { windows: number; calls: number })[] = []
  for (const { calls: known, ...scan } of needs.toSorted((a, b) => a.from - b.from)) {
    const calls = known ?? fullest
    const last = merged.at(-1)
    if (last !== undefined && last.to === scan.from && last.windows < WINDOWS_PER_SCAN_MAX && last.calls + calls <= CALLS_PER_SCAN_GOAL)
      merged[merged.length - 1] = { ...last, to: scan.to, due: Math.min(last.due, scan.due), windows: last.windows + 1, calls: last.calls + calls }
    else merged.push({ ...scan, windows: 1, calls })
  }
  return merged.map(({ windows: _windows, calls: _calls, ...scan }) => scan)
}
