import type { Instant } from '@rollcall/domain/time'
import type { Judgement } from '@rollcall/domain/window/judge'
import { markDays } from '../audit/mark-days.ts'
import type { Queryable } from '../queryable.ts'

/**
 * Writes what changed and returns how many expected webhooks are newly judged missing. `judgements` hold all that is said of each of their
 * calls: what else stood there is gone. What was said before is kept in the history, unless it was only that a webhook is awaited. The days of calls
 * of which something changed are counted anew.
 * All that is said of one call stands under one time of its creation (read-judged-webhooks.ts builds on it), so of two that judge at once one waits.
 * In a transaction.
 */
export const saveJudgements = async (db: Queryable, account: string, judgements: readonly Judgement[], judgedAt: Instant): Promise<number> => {
  const callSids = judgements.map(({ callSid }) => callSid)
  await db.query(`SELECT pg_advisory_xact_lock(hashtextextended('rollcall.judgements ' || $1, 0))`, [account])
  const { rows } = await db.query<{ missing: number; changed: string[] | null }>(
    `WITH given AS (
       SELECT j.*, c.created_at FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) AS j (call_sid, expectation, rule, outcome, reason, arrived_at)
       LEFT JOIN projection.calls c ON c.account = $1 AND c.call_sid = j.call_sid
     ), known AS (
       SELECT j.* FROM rollcall.judgements j WHERE j.account = $1 AND j.call_sid IN (SELECT call_sid FROM given)
     ), written AS (
       INSERT INTO rollcall.judgements AS j (account, call_sid, expectation, rule, outcome, reason, arrived_at, judged_at, call_created_at)
       SELECT $1, call_sid, expectation, rule, outcome, reason, arrived_at, $8, created_at FROM given
       ON CONFLICT (account, call_sid, expectation) DO UPDATE
         SET rule = excluded.rule, outcome = excluded.outcome, reason = excluded.reason, arrived_at = excluded.arrived_at, judged_at = excluded.judged_at
         WHERE (j.rule, j.outcome, j.reason, j.arrived_at) IS DISTINCT FROM (excluded.rule, excluded.outcome, excluded.reason, excluded.arrived_at)
       RETURNING call_sid, expectation, outcome
     ), removed AS (
       DELETE FROM rollcall.judgements j USING known k
       WHERE j.account = $1 AND j.call_sid = k.call_sid AND j.expectation = k.expectation AND (k.call_sid, k.expectation) NOT IN (SELECT call_sid, expectation FROM given)
       RETURNING j.call_sid, j.expectation
     ), kept AS (
       INSERT INTO rollcall.judgement_history (account, call_sid, expectation, rule, outcome, reason, arrived_at, judged_at, replaced_at)
       SELECT $1, k.call_sid, k.expectation, k.rule, k.outcome, k.reason, k.arrived_at, k.judged_at, $8
       FROM known k JOIN (SELECT call_sid, expectation FROM written UNION ALL SELECT call_sid, expectation FROM removed) AS replaced USING (call_sid, expectation)
       WHERE k.outcome <> 'pending'
     )
     SELECT count(*) FILTER (WHERE w.outcome = 'missing' AND k.call_sid IS NULL)::int AS missing, (SELECT array_agg(call_sid) FROM (SELECT call_sid FROM written UNION SELECT call_sid FROM removed) AS replaced) AS changed
     FROM written w LEFT JOIN known k ON k.call_sid = w.call_sid AND k.expectation = w.expectation AND k.outcome = 'missing'`,
    [
      account,
      callSids,
      judgements.map((judgement) => judgement.expectation),
      judgements.map((judgement) => judgement.rule),
      judgements.map((judgement) => judgement.outcome),
      judgements.map((judgement) => judgement.reason),
      judgements.map((judgement) => (judgement.arrivedAt === null ? null : new Date(judgement.arrivedAt))),
      new Date(judgedAt),
    ],
  )
  // Also of what did not change: its call may have turned out to be created at another time.
  await db.query(
    `UPDATE rollcall.judgements j SET call_created_at = c.created_at
     FROM unnest($2::text[]) AS given (call_sid) LEFT JOIN projection.calls c ON c.account = $1 AND c.call_sid = given.call_sid
     WHERE j.account = $1 AND j.call_sid = given.call_sid AND j.call_created_at IS DISTINCT FROM c.created_at`,
    [account, [...new Set(callSids)]],
  )
  await markDays(db, account, rows[0]?.changed ?? [])
  return rows[0]?.missing ?? 0
}
