import type { ChaseWhy } from '@rollcall/domain/schedule/chase'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { ChaseNext } from './chase.ts'

export interface NewChase {
  readonly callSid: string
  readonly why: ChaseWhy
  readonly since: Instant
  /** A call that cannot have what is looked for is kept as ruled out, so that it is not looked at again. */
  readonly next: Exclude<ChaseNext, { readonly outcome: 'found' }>
}

/** Begins chases; one that there is already stays as it is. */
export const beginChases = async (db: Queryable, account: string, chases: readonly NewChase[], at: Instant): Promise<void> => {
  if (chases.length === 0) return
  await db.query(
    `INSERT INTO rollcall.chases (account, call_sid, why, since, begun_at, due, deadline, outcome, reason, ended_at)
     SELECT $1, call_sid, why, since, $8, due, deadline, CASE WHEN reason IS NULL THEN NULL ELSE 'ruled-out' END, reason, CASE WHEN reason IS NULL THEN NULL ELSE $8::timestamptz END
     FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::text[]) AS c (call_sid, why, since, due, deadline, reason)
     ON CONFLICT DO NOTHING`,
    [
      account,
      chases.map(({ callSid }) => callSid),
      chases.map(({ why }) => why),
      chases.map(({ since }) => new Date(since)),
      chases.map(({ next }) => (next.outcome === null ? new Date(next.due) : null)),
      chases.map(({ next }) => (next.outcome === null ? new Date(next.deadline) : null)),
      chases.map(({ next }) => (next.outcome === null ? null : next.reason)),
      new Date(at),
    ],
  )
}
