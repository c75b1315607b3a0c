import { MILESTONES } from '@rollcall/domain/call/record'
import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import { type Instant, MINUTE } from '@rollcall/domain/time'
import { factDelaysSql, toldAtColumn } from '../measures/fact-delays.ts'
import type { Queryable } from '../queryable.ts'

/** When timeliness was last counted, by our clock; null: never. */
export const readTimelinessCount = async (db: Queryable, account: string): Promise<Instant | null> => {
  const { rows } = await db.query<{ at: Date | null }>('SELECT timeliness_at AS at FROM rollcall.accounts WHERE account = $1', [account])
  return rows[0]?.at?.getTime() ?? null
}

/**
 * Counts again, minute by minute, the facts that are durable since `from` or later, and forgets minutes before `forgetBefore`. Within a transaction:
 * what was counted before is replaced.
 */
export const countTimeliness = async (db: Queryable, account: string, options: { readonly at: Instant; readonly from: Instant; readonly forgetBefore: Instant }): Promise<void> => {
  const from = new Date(Math.floor(options.from / MINUTE) * MINUTE)
  await db.query('DELETE FROM rollcall.timeliness WHERE account = $1 AND (minute >= $2 OR minute < $3)', [account, from, new Date(options.forgetBefore)])
  for (const milestone of MILESTONES) {
    const { withinMs, neverAboveMs } = OBJECTIVES[milestone]
    await db.query(
      `INSERT INTO rollcall.timeliness (account, minute, fact, how, facts, late, breached)
       SELECT $1, date_trunc('minute', told_at), $3, how, count(*), count(*) FILTER (WHERE seconds > $4), count(*) FILTER (WHERE seconds > $5)
       FROM (${factDelaysSql(milestone, `${toldAtColumn(milestone)} >= $2`)}) durable GROUP BY date_trunc('minute', told_at), how`,
      [account, from, milestone, withinMs / 1_000, neverAboveMs / 1_000],
    )
  }
  await db.query('UPDATE rollcall.accounts SET timeliness_at = $2 WHERE account = $1', [account, new Date(options.at)])
}
