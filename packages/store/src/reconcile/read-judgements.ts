import type { Instant } from '@rollcall/domain/time'
import type { Judgement } from '@rollcall/domain/window/judge'
import type { Queryable } from '../queryable.ts'

/** What was said of an expected webhook, and when; both times by the vendor's clock. */
export interface StoredJudgement extends Omit<Judgement, 'callSid'> {
  readonly judgedAt: Instant
  /** When something else was said in its place; null as long as it stands. */
  readonly replacedAt: Instant | null
}

/** All that was ever said of one call, oldest first; what stands is last. */
export const readJudgements = async (db: Queryable, account: string, callSid: string): Promise<readonly StoredJudgement[]> => {
  const { rows } = await db.query<{
    expectation: string
    rule: string
    outcome: Judgement['outcome']
    reason: Judgement['reason']
    arrived_at: Date | null
    judged_at: Date
    replaced_at: Date | null
  }>(
    `SELECT expectation, rule, outcome, reason, arrived_at, judged_at, replaced_at FROM rollcall.judgement_history WHERE account = $1 AND call_sid = $2
     UNION ALL SELECT expectation, rule, outcome, reason, arrived_at, judged_at, NULL FROM rollcall.judgements WHERE account = $1 AND call_sid = $2
     ORDER BY replaced_at NULLS LAST, judged_at, expectation`,
    [account, callSid],
  )
  return rows.map((row) => ({
    expectation: row.expectation,
    rule: row.rule,
    outcome: row.outcome,
    reason: row.reason,
    arrivedAt: row.arrived_at?.getTime() ?? null,
    judgedAt: row.judged_at.getTime(),
    replacedAt: row.replaced_at?.getTime() ?? null,
  }))
}
