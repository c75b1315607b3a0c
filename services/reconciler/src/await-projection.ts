import { setTimeout as sleep } from 'node:timers/promises'

/** How long a run waits for the projector before it gives the scan up for this time. */
export const PROJECTION_WAIT_MS_MAX = 30_000
const POLL_MS = 50

export type Positions = ReadonlyMap<number, bigint>

/** Has every partition been folded up to `end`? */
export const hasPassed = (positions: Positions, end: Positions): boolean => [...end].every(([partition, next]) => next === 0n || (positions.get(partition) ?? 0n) >= next)

/**
 * Waits until the projection has folded the log up to `end`: law 8, nothing is judged before. False when it did not get there in time.
 * The number of polls is bounded by the wait; each reads a dozen rows.
 */
export const awaitProjection = async (readPositions: () => Promise<Positions>, end: Positions, signal: AbortSignal, waitMs: number = PROJECTION_WAIT_MS_MAX): Promise<boolean> => {
  const until = performance.now() + waitMs
  for (;;) {
    if (hasPassed(await readPositions(), end)) return true
    if (performance.now() >= until) return false
    await sleep(POLL_MS, undefined, { signal })
  }
}
