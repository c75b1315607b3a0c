import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { Chase, ChaseNext } from './chase.ts'

export interface ChaseChange extends Pick<Chase, 'callSid' | 'why' | 'asked' | 'askedAt' | 'unlisted' | 'withoutAt'> {
  readonly next: ChaseNext
}

/** Writes how chases go on. One that is over already stays so. */
export const saveChases = async (db: Queryable, account: string, changes: readonly ChaseChange[], at: Instant): Promise<void> => {
  if (changes.length === 0) return
  const time = (value: Instant | null) => (value === null ? null : new Date(value))
  await db.query(
    `UPDATE rollcall.chases h SET asked = c.asked, asked_at = c.asked_at, unlisted = c.unlisted, without_at = c.without_at, due = c.due, deadline = c.deadline,
            outcome = c.outcome, reason = c.reason, ended_at = CASE WHEN c.outcome IS NULL THEN NULL ELSE $12::timestamptz END
     FROM unnest($2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::int[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[])
       AS c (call_sid, why, asked, asked_at, unlisted, without_at, due, deadline, outcome, reason)
     WHERE h.account = $1 AND h.call_sid = c.call_sid AND h.why = c.why AND h.outcome IS NULL`,
    [
      account,
      changes.map(({ callSid }) => callSid),
      changes.map(({ why }) => why),
      changes.map(({ asked }) => asked),
      changes.map(({ askedAt }) => time(askedAt)),
      changes.map(({ unlisted }) => unlisted),
      changes.map(({ withoutAt }) => time(withoutAt)),
      changes.map(({ next }) => (next.outcome === null ? new Date(next.due) : null)),
      changes.map(({ next }) => (next.outcome === null ? new Date(next.deadline) : null)),
      changes.map(({ next }) => next.outcome),
      changes.map(({ next }) => (next.outcome === 'ruled-out' ? next.reason : null)),
      new Date(at),
    ],
  )
}
