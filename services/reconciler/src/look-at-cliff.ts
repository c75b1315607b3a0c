import { backfillRisk, type CliffRisk } from '@rollcall/domain/schedule/backfill'
import { type Backfill, readOpenBackfills } from '@rollcall/store/reconcile/backfills'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** An open backfill, and whether Exotel will forget calls of it before the budget reaches them. */
export interface WatchedBackfill extends Backfill {
  readonly risk: CliffRisk | null
}

/** Looks at the account's open backfills, and says so aloud when calls begin or cease to be at risk. @param before what the last look showed */
export const lookAtCliff = async (
  { account, pool, policy, budget, vendorClock, logger }: Pick<ReconcilerDeps, 'account' | 'pool' | 'policy' | 'budget' | 'vendorClock' | 'logger'>,
  before: readonly WatchedBackfill[],
): Promise<readonly WatchedBackfill[]> => {
  const about = { budgetPerMinute: budget.snapshot().configuredPerMinute, historyMs: policy.historyMs }
  const watched = (await readOpenBackfills(pool, account)).map((backfill) => ({ ...backfill, risk: backfillRisk(vendorClock.now(), backfill, about) }))
  for (const { id, risk } of watched) {
    const wasAtRisk = before.some((earlier) => earlier.id === id && earlier.risk !== null)
    if (risk !== null && !wasAtRisk)
      logger.error(
        { event: 'history.cliff', account, backfill: id, ...risk },
        'Exotel will forget calls before the backfill reaches them; raise rateShare, or lower what else the account asks for',
      )
    if (risk === null && wasAtRisk) logger.info({ event: 'history.in-time', account, backfill: id }, 'the backfill reaches all calls before Exotel forgets them')
  }
  return watched
}
