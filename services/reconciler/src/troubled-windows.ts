import type { Instant } from '@rollcall/domain/time'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { type Window, windowsBetween } from '@rollcall/domain/window/window'

const PAUSE_MS_MIN = 10 * SECOND
/** Well inside the RPO: a window that could not be read is tried again this soon, however often it failed. */
export const PAUSE_MS_MAX = 5 * MINUTE

/**
 * Windows whose scans were incomplete stand back for a while, doubling, so that one that cannot be read neither spends the budget of the
 * others nor drags its neighbours into scans that fail with it. Kept in memory: a new process tries at once.
 */
export interface TroubledWindows {
  failed(range: Window, now: Instant): void
  succeeded(range: Window): void
  mayTry(window: Window, now: Instant): boolean
}

export const createTroubledWindows = (): TroubledWindows => {
  const troubled = new Map<Instant, { readonly pauseMs: number; readonly until: Instant }>()
  return {
    failed: (range, now) => {
      for (const { from } of windowsBetween(range.from, range.to)) {
        const pauseMs = Math.min(PAUSE_MS_MAX, 2 * (troubled.get(from)?.pauseMs ?? PAUSE_MS_MIN / 2))
        troubled.set(from, { pauseMs, until: now + pauseMs })
      }
    },
    succeeded: (range) => {
      for (const { from } of windowsBetween(range.from, range.to)) troubled.delete(from)
    },
    // A clock that was set back must not prolong a pause.
    mayTry: ({ from }, now) => {
      const trouble = troubled.get(from)
      return trouble === undefined || now >= trouble.until || now < trouble.until - trouble.pauseMs
    },
  }
}
