import type { Instant } from '@rollcall/domain/time'
import type { Judgement } from '@rollcall/domain/window/judge'
import type { Queryable } from '../queryable.ts'

/** Writes what changed and returns how many expected webhooks are newly judged missing. */
export const saveJudgements = async (db: Queryable, account: string, judgements: readonly Judgement[], judgedAt: Instant): Promise<number> => {
  const { rows } = await db.query<{ missing: number }>(
    `WITH given AS (
       SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) AS j (call_sid, expectation, rule, outcome, reason, arrived_at)
     ), known AS (
       SELECT j.call_sid, j.expectation FROM rollcall.judgements j JOIN given USING (call_sid, expectation) WHERE j.account = $1 AND j.outcome = 'missing'
     ), written AS (
       INSERT INTO rollcall.judgements AS j (account, call_sid, expectation, rule, outcome, reason, arrived_at, judged_at)
       SELECT $1, call_sid, expectation, rule, outcome, reason, arrived_at, $8 FROM given
       ON CONFLICT (account, call_sid, expectation) DO UPDATE
         SET rule = excluded.rule, outcome = excluded.outcome, reason = excluded.reason, arrived_at = excluded.arrived_at, judged_at = excluded.judged_at
         WHERE (j.rule, j.outcome, j.reason, j.arrived_at) IS DISTINCT FROM (excluded.rule, excluded.outcome, excluded.reason, excluded.arrived_at)
       RETURNING call_sid, expectation, outcome
     )
     SELECT count(*)::int AS missing FROM written LEFT JOIN known USING (call_sid, expectation) WHERE written.outcome = 'missing' AND known.call_sid IS NULL`,
    [
      account,
      judgements.map((judgement) => judgement.callSid),
      judgements.map((judgement) => judgement.expectation),
      judgements.map((judgement) => judgement.rule),
      judgements.map((judgement) => judgement.outcome),
      judgements.map((judgement) => judgement.reason),
      judgements.map((judgement) => (judgement.arrivedAt === null ? null : new Date(judgement.arrivedAt))),
      new Date(judgedAt),
    ],
  )
  return rows[0]?.missing ?? 0
}
