import { BUDGET_MS } from '@rollcall/domain/slo/burn-rate'
import { DAY, HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import { countTimeliness, readTimelinessCount } from '@rollcall/store/slo/count-timeliness'
import { LeaseLostError } from './lease-lost-error.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

const COUNTED_EVERY_MS = MINUTE
/** As much time is counted at once: at 15 calls a second nine thousand calls. More would not end before the statement's bound, in no run. */
export const SPAN_MS = 10 * MINUTE
/** A fact counts once its call is confirmed, which for most calls is within minutes, and for the others hours later: so far back it is counted again. */
export const AGAIN_MS = 6 * HOUR
const KEPT_MS = BUDGET_MS + DAY

/** Counts the facts of the last minutes by how soon they were durable, at most once a minute, and a part of the hours before again. A count that fails is made again in the next run: calls are looked for all the same. */
export const countTimelinessInTime = async (deps: ReconcilerDeps, lease: RunLease): Promise<void> => {
  const now = deps.clock()
  const last = await readTimelinessCount(deps.pool, deps.account)
  if (last !== null && Math.abs(now - last) < COUNTED_EVERY_MS) return
  try {
    await writeUnderLease(deps, lease, (tx) => countTimeliness(tx, deps.account, { spans: spansToCount(now, last), forgetBefore: now - KEPT_MS }))
  } catch (error) {
    if (error instanceof LeaseLostError) throw error
    deps.logger.warn({ event: 'timeliness.not-counted', account: deps.account, err: error }, 'timeliness could not be counted; the next run tries again')
  }
}

/** What is new since the last count, or the first of it where that is much, and one part of the hours before it. Pure. */
export const spansToCount = (now: Instant, last: Instant | null): readonly Window[] => {
  const counted = Math.min(last ?? now - AGAIN_MS, now)
  const news = { from: counted - SPAN_MS, to: Math.min(now, counted + SPAN_MS) }
  // Of spans that stand still while time goes on: each has its turn once in a round.
  const nth = 1 + (Math.floor(now / COUNTED_EVERY_MS) % (AGAIN_MS / SPAN_MS))
  const again = (Math.floor(counted / SPAN_MS) - nth) * SPAN_MS
  return [news, { from: again, to: again + SPAN_MS }]
}
