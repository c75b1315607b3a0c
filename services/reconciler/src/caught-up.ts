import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { readPositions } from '@rollcall/store/projection-positions'
import type { AsOf } from './as-of.ts'
import { awaitProjection } from './await-projection.ts'
import { type LogMark, markLogEnd } from './mark-log-end.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/**
 * Waits until the projection holds everything before the mark, by default what is in the log now. Returns the mark: up to
 * then, and no further, may anything be judged by what is not there (law 8). Null when the projector did not get there in time.
 */
export const caughtUp = async (deps: ReconcilerDeps, signal: AbortSignal, mark?: LogMark): Promise<AsOf | null> => {
  const { at, drainedTo, end } = mark ?? (await markLogEnd(deps))
  return (await awaitProjection(() => readPositions(deps.pool, OBSERVATIONS_TOPIC), end, signal, deps.projectionWaitMs)) ? { at, drainedTo } : null
}
