import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { Instant } from '@rollcall/domain/time'
import type { Positions } from './await-projection.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Where the log ended at a moment of our clock. */
export interface LogMark {
  readonly at: Instant
  readonly end: Positions
}

/** The moment is taken first: everything that was in the log by then is before the mark. */
export const markLogEnd = async ({ clock, log }: ReconcilerDeps): Promise<LogMark> => {
  const at = clock()
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  return { at, end: new Map([...bounds].map(([partition, { next }]) => [partition, next])) }
}
