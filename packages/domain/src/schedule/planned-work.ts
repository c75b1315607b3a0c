import type { Instant } from '../time.ts'

/** Lanes whose work is a scan of a range. */
export type ScanLane = 'trailing' | 'sweep' | 'finalise' | 'ageing'

/**
 *   in-time → goes by deadline
 *   late    → waited too long to be in time; takes turns with what is
 *   spare   → only where nothing else is due
 */
export type Tier = 'in-time' | 'late' | 'spare'

export interface PlannedScan {
  readonly lane: ScanLane
  readonly tier: Tier
  /** Bounds of windows: `[from, to)`. */
  readonly from: Instant
  readonly to: Instant
  /** When it became due. */
  readonly due: Instant
  /** When it ought to be done. */
  readonly deadline: Instant
  /** Estimated, by what earlier scans listed. */
  readonly requests: number
  /** Only calls that lasted so long are asked for; null: all. A filtered scan proves nothing about its windows. */
  readonly durationAtLeastSeconds: number | null
}

/** History is read in pieces of its own. */
export interface PlannedHistory {
  readonly lane: 'history'
  readonly tier: 'spare'
}

/** What to spend requests on. */
export type PlannedWork = PlannedScan | PlannedHistory
