import type { Instant } from '../time.ts'
import type { Window } from '../window/window.ts'
import type { WindowScan, WindowState } from '../window/window-state.ts'

/** A window, where it stands, and what was asked about it, as far as a plan needs it. */
export interface WindowProgress {
  readonly window: Window
  readonly state: Pick<WindowState, 'state'>
  /** Complete scans that covered the window, oldest first. */
  readonly scans: readonly Pick<WindowScan, 'startedAt'>[]
  /** Calls that the last of them listed; null where there was none. */
  readonly listed: number | null
}

/** When the window was last read whole, by the vendor's clock; null where it never was. */
export const lastReadAt = ({ scans }: Pick<WindowProgress, 'scans'>): Instant | null => scans.at(-1)?.startedAt ?? null
