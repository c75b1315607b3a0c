import { BUDGET_MS } from '@rollcall/domain/slo/burn-rate'
import { DAY, HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import { countTimeliness, readTimelinessCount } from '@rollcall/store/slo/count-timeliness'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

const COUNTED_EVERY_MS = MINUTE
/** A fact counts once its call is confirmed, which for most calls is within minutes, and for the others hours later: both are counted again. */
const AGAIN_MS = 30 * MINUTE
const AGAIN_HOURLY_MS = 6 * HOUR
const KEPT_MS = BUDGET_MS + DAY

/** Counts the facts of the last minutes by how soon they were durable, at most once a minute; once an hour, those of the last hours. */
export const countTimelinessInTime = async (deps: ReconcilerDeps, lease: RunLease): Promise<void> => {
  const now = deps.clock()
  const last = await readTimelinessCount(deps.pool, deps.account)
  if (last !== null && Math.abs(now - last) < COUNTED_EVERY_MS) return
  await writeUnderLease(deps, lease, (tx) => countTimeliness(tx, deps.account, { at: now, from: countedFrom(now, last), forgetBefore: now - KEPT_MS }))
}

/** Pure. */
export const countedFrom = (now: Instant, last: Instant | null): Instant => {
  if (last === null) return now - KEPT_MS
  const isNewHour = Math.floor(now / HOUR) !== Math.floor(last / HOUR)
  return Math.min(last, now) - (isNewHour ? AGAIN_HOURLY_MS : AGAIN_MS)
}
