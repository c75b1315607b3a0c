import type { Instant } from '../time.ts'
import { WINDOW_MS } from './window.ts'
import type { WindowState } from './window-state.ts'

/** How far an account's windows are closed without a gap from its first one on, and what keeps it from going further. */
export interface Watermark {
  /** End of the last window of the contiguous closed ones, or the first window's start; null where there is no window. */
  readonly at: Instant | null
  /** The first window that is neither final nor amended; null where all are. */
  readonly heldBy: { readonly from: Instant; readonly state: WindowState['state'] } | null
}

/** @param windows the account's, contiguous and in order */
export const watermarkOf = (windows: readonly { readonly from: Instant; readonly state: WindowState['state'] }[]): Watermark => {
  const held = windows.find(({ state }) => state !== 'final' && state !== 'amended')
  if (held !== undefined) return { at: held.from, heldBy: { from: held.from, state: held.state } }
  const last = windows.at(-1)
  return { at: last === undefined ? null : last.from + WINDOW_MS, heldBy: null }
}
