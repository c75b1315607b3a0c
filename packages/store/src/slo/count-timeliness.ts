import { MILESTONES } from '@rollcall/domain/call/record'
import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import { type Instant, MINUTE } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import { factDelaysSql, toldAtColumn } from '../measures/fact-delays.ts'
import type { Queryable } from '../queryable.ts'

/** When timeliness was last counted, by our clock; null: never. */
export const readTimelinessCount = async (db: Queryable, account: string): Promise<Instant | null> => {
  const { rows } = await db.query<{ at: Date | null }>('SELECT timeliness_at AS at FROM rollcall.accounts WHERE account = $1', [account])
  return rows[0]?.at?.getTime() ?? null
}

/**
 * Counts again, minute by minute, the facts that became durable in these spans of whole minutes, of which the first ends where all is counted up to, and
 * forgets minutes before `forgetBefore`. Within a transaction: what was counted before is replaced.
 */
export const countTimeliness = async (db: Queryable, account: string, options: { readonly spans: readonly Window[]; readonly forgetBefore: Instant }): Promise<void> => {
  for (const span of options.spans) {
    const [from, to] = [wholeMinute(span.from), wholeMinute(span.to + MINUTE - 1)]
    await db.query('DELETE FROM rollcall.timeliness WHERE account = $1 AND (minute >= $2 AND minute < $3 OR minute < $4)', [account, from, to, new Date(options.forgetBefore)])
    for (const milestone of MILESTONES) {
      const { withinMs, neverAboveMs } = OBJECTIVES[milestone]
      const told = toldAtColumn(milestone)
      await db.query(
        `WITH ${factDelaysSql([milestone], `${told} >= $2 AND ${told} < $3`)}
         INSERT INTO rollcall.timeliness (account, minute, fact, how, facts, late, breached)
         SELECT $1, date_trunc('minute', told_at), $4, how, count(*), count(*) FILTER (WHERE micros > $5), count(*) FILTER (WHERE micros > $6)
         FROM delays GROUP BY date_trunc('minute', told_at), how`,
        [account, from, to, milestone, withinMs * 1_000, neverAboveMs * 1_000],
      )
    }
  }
  const countedTo = options.spans[0]?.to
  if (countedTo !== undefined) await db.query('UPDATE rollcall.accounts SET timeliness_at = $2 WHERE account = $1', [account, new Date(countedTo)])
}

const wholeMinute = (at: Instant): Date => new Date(Math.floor(at / MINUTE) * MINUTE)
