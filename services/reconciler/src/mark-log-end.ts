import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { AsOf } from './as-of.ts'
import type { Positions } from './await-projection.ts'
import { lookAtSpools } from './look-at-spools.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** Where the log ended at a moment of our clock, and what the spools had left by then. */
export interface LogMark extends AsOf {
  readonly end: Positions
}

/**
 * The order is what makes it true. What a spool says to have drained was in the log before it said so, hence before the mark; asked
 * after the end was read, it might speak of records that came behind it. And everything that was in the log at `at` is before the mark.
 */
export const markLogEnd = async (deps: ReconcilerDeps): Promise<LogMark> => {
  const drainedTo = await lookAtSpools(deps)
  const at = deps.clock()
  const bounds = await deps.log.bounds(OBSERVATIONS_TOPIC)
  return { at, drainedTo, end: new Map([...bounds].map(([partition, { next }]) => [partition, next])) }
}
