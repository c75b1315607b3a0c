/** What to ask the API for next. Pure: the shell spends the budget in this order and asks again. */
import type { Instant } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'
import type { Window } from './window.ts'
import { finalisableAt, type WindowScan, type WindowState } from './window-state.ts'

/** A class of reconciliation work with its own deadline (design §8). Later lanes join here. */
export const LANES = ['trailing', 'finalise'] as const
export type Lane = (typeof LANES)[number]

export interface WindowProgress {
  readonly window: Window
  readonly state: WindowState
  /** Complete scans that covered the window, oldest first. */
  readonly scans: readonly WindowScan[]
}

export interface PlannedScan {
  readonly lane: Lane
  readonly from: Instant
  readonly to: Instant
  /** When it became due; the earliest is done first. */
  readonly due: Instant
}

/** Neighbouring due windows share one scan up to this many (two hours): fewer, fuller pages. */
export const WINDOWS_PER_SCAN_MAX = 24

/** The scans that are due, earliest deadline first. One lane never hides another: finalising is never dropped for a trailing pass. */
export const plan = (now: Instant, windows: readonly WindowProgress[], policy: ClosingPolicy): readonly PlannedScan[] => {
  const due = windows.flatMap((progress): PlannedScan[] => {
    const need = dueScan(now, progress, policy)
    return need === null ? [] : [{ ...need, ...progress.window }]
  })
  return LANES.flatMap((lane) => mergeNeighbours(due.filter((scan) => scan.lane === lane))).toSorted((a, b) => a.due - b.due || a.from - b.from)
}

/** When this window is next worth a look, if that moment has come. */
export const dueScan = (now: Instant, { window, state, scans }: WindowProgress, policy: ClosingPolicy): { readonly lane: Lane; readonly due: Instant } | null => {
  if (state.state === 'final' || state.state === 'amended') return null
  const finalise = finalisePass(window, scans, policy)
  if (now >= finalise) return { lane: 'finalise', due: finalise }
  const passed = policy.trailingPassesMs.map((pass) => window.to + pass).filter((pass) => pass <= now && pass < finalisableAt(window, policy))
  const latest = passed.at(-1)
  const lastScan = scans.at(-1)
  return latest === undefined || (lastScan !== undefined && lastScan.startedAt >= latest) ? null : { lane: 'trailing', due: latest }
}

/** The first finalising scan is due when the longest call has settled; each further one a fixed distance after the one before it. */
const finalisePass = (window: Window, scans: readonly WindowScan[], policy: ClosingPolicy): Instant => {
  const earliest = finalisableAt(window, policy)
  const last = scans.at(-1)
  return last === undefined || last.startedAt < earliest ? earliest : last.startedAt + policy.finalScansApartMs
}

const mergeNeighbours = (scans: readonly PlannedScan[]): PlannedScan[] => {
  const merged: (PlannedScan & { windows: number })[] = []
  for (const scan of scans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && last.to === scan.from && last.windows < WINDOWS_PER_SCAN_MAX)
      merged[merged.length - 1] = { ...last, to: scan.to, due: Math.min(last.due, scan.due), windows: last.windows + 1 }
    else merged.push({ ...scan, windows: 1 })
  }
  return merged.map(({ windows: _windows, ...scan }) => scan)
}
