import type { Instant } from '../time.ts'
import type { Window } from '../window/window.ts'
import type { WindowScan, WindowState } from '../window/window-state.ts'

/** A window, where it stands, and what was asked about it. */
export interface WindowProgress {
  readonly window: Window
  readonly state: WindowState
  /** Complete scans that covered the window, oldest first. */
  readonly scans: readonly WindowScan[]
}

/** As the last complete scan listed; null where there was none, or nobody counted. */
export const callsListed = ({ scans }: Pick<WindowProgress, 'scans'>): number | null => scans.at(-1)?.listed ?? null

/** When the window was last read whole, by the vendor's clock; null where it never was. */
export const lastReadAt = ({ scans }: Pick<WindowProgress, 'scans'>): Instant | null => scans.at(-1)?.startedAt ?? null
