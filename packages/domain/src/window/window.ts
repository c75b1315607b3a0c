import { type Instant, MINUTE } from '../time.ts'

/** Half-open span of the vendor's creation time, `[from, to)`, aligned to UTC; five minutes divides IST's half hour, so IST days align too. */
export interface Window {
  readonly from: Instant
  readonly to: Instant
}

export const WINDOW_MS = 5 * MINUTE

/** The window that a call created at this moment belongs to. */
export const windowAt = (at: Instant): Window => {
  const from = Math.floor(at / WINDOW_MS) * WINDOW_MS
  return { from, to: from + WINDOW_MS }
}

/** Every window that overlaps `[from, to)`, in order, also where no call was made. */
export const windowsBetween = (from: Instant, to: Instant): readonly Window[] => {
  const windows: Window[] = []
  for (let window = windowAt(from); window.from < to; window = windowAt(window.to)) windows.push(window)
  return windows
}

export const contains = (window: Window, at: Instant): boolean => at >= window.from && at < window.to
