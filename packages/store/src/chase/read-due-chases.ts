import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { ChaseWhy } from '@rollcall/domain/schedule/chase'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { Chase } from './chase.ts'

export interface DueChase extends Chase {
  readonly deadline: Instant
  /** What is known of the call now; null where the projection does not hold it (yet). */
  readonly call: CallRecord | null
}

interface Row {
  readonly call_sid: string
  readonly why: ChaseWhy
  readonly since: Date
  readonly asked: number
  readonly asked_at: Date | null
  readonly unlisted: number
  readonly without_at: Date | null
  readonly deadline: Date
  readonly state: StoredState | null
}

/** Chases that are due, by deadline: up to `limit` of those that can still be in time, and as many of those that are late. */
export const readDueChases = async (db: Queryable, account: string, now: Instant, limit: number): Promise<readonly DueChase[]> => {
  const { rows } = await db.query<Row>(
    `WITH due AS MATERIALIZED (
       SELECT call_sid, why, deadline FROM rollcall.chases WHERE account = $1 AND outcome IS NULL AND due <= $2
     ), chosen AS (
       (SELECT call_sid, why FROM due WHERE deadline >= $2 ORDER BY deadline, call_sid LIMIT $3)
       UNION ALL (SELECT call_sid, why FROM due WHERE deadline < $2 ORDER BY deadline, call_sid LIMIT $3)
     )
     SELECT h.call_sid, h.why, h.since, h.asked, h.asked_at, h.unlisted, h.without_at, h.deadline, c.state
     FROM chosen JOIN rollcall.chases h ON h.account = $1 AND h.call_sid = chosen.call_sid AND h.why = chosen.why
     LEFT JOIN projection.calls c ON c.account = $1 AND c.call_sid = h.call_sid
     ORDER BY h.deadline, h.call_sid`,
    [account, new Date(now), limit],
  )
  return rows.map((row) => ({
    callSid: row.call_sid,
    why: row.why,
    since: row.since.getTime(),
    asked: row.asked,
    askedAt: row.asked_at?.getTime() ?? null,
    unlisted: row.unlisted,
    withoutAt: row.without_at?.getTime() ?? null,
    deadline: row.deadline.getTime(),
    call: row.state === null ? null : recordFrom(account, row.call_sid, row.state),
  }))
}
