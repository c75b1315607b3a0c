import type { Milestone } from '@rollcall/domain/call/record'
import type { FactCounts } from '@rollcall/domain/slo/burn-rate'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

export interface FactCountsOver extends FactCounts {
  readonly fact: Milestone
  /** How the facts came: webhook, a lane, chase or lookup. */
  readonly how: string
  /** Of the last so many milliseconds. */
  readonly ms: number
}

/** The facts of the last so many milliseconds, for each of `times`; whole minutes. What did not happen is absent. */
export const readFactCounts = async (db: Queryable, account: string, now: Instant, times: readonly number[]): Promise<readonly FactCountsOver[]> => {
  const { rows } = await db.query<{ fact: Milestone; how: string; ms: string; facts: string; late: string; breached: string }>(
    `SELECT t.fact, t.how, over.ms, sum(t.facts) AS facts, sum(t.late) AS late, sum(t.breached) AS breached
     FROM rollcall.timeliness t JOIN unnest($3::bigint[]) AS over (ms) ON t.minute > $2::timestamptz - over.ms * interval '1 millisecond'
     WHERE t.account = $1 AND t.minute > $2::timestamptz - $4 * interval '1 millisecond' GROUP BY t.fact, t.how, over.ms ORDER BY t.fact, t.how, over.ms`,
    [account, new Date(now), times, Math.max(...times)],
  )
  return rows.map(({ fact, how, ms, facts, late, breached }) => ({ fact, how, ms: Number(ms), facts: Number(facts), late: Number(late), breached: Number(breached) }))
}

/** Of one fact over one time, however it came. Pure. */
export const sumOver = (counts: readonly FactCountsOver[], fact: Milestone, ms: number): FactCounts =>
  counts
    .filter((each) => each.fact === fact && each.ms === ms)
    .reduce((sum, each) => ({ facts: sum.facts + each.facts, late: sum.late + each.late, breached: sum.breached + each.breached }), { facts: 0, late: 0, breached: 0 })
