import type { CallRecord } from '@rollcall/domain/call/record'
import { recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { ChaseWhy } from '@rollcall/domain/schedule/chase'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** What each reason looks at: the condition is that of a partial index of `projection.calls`, word by word. */
const KINDS = {
  recording: { condition: `c.status = 'completed' AND c.recording_url IS NULL`, toldAt: 'ended_told_at' },
  open: { condition: `(c.status IS NULL OR c.status IN ('queued', 'ringing', 'in-progress', 'unknown'))`, toldAt: 'first_webhook_at' },
} as const satisfies Record<ChaseWhy, object>

/** Calls that may be worth chasing and are not chased yet, told of in `[from, to)`, those told of first first. Told of: of their end (`recording`), or at all (`open`). */
export const readUnchased = async (
  db: Queryable,
  account: string,
  options: { readonly why: ChaseWhy; readonly from: Instant; readonly to: Instant; readonly limit: number },
): Promise<readonly CallRecord[]> => {
  const { condition, toldAt } = KINDS[options.why]
  const { rows } = await db.query<{ call_sid: string; state: StoredState }>(
    `SELECT c.call_sid, c.state FROM projection.calls c
     WHERE c.account = $1 AND ${condition} AND c.${toldAt} >= $2 AND c.${toldAt} < $3
       AND NOT EXISTS (SELECT FROM rollcall.chases h WHERE h.account = c.account AND h.call_sid = c.call_sid AND h.why = $4)
     ORDER BY c.${toldAt} LIMIT $5`,
    [account, new Date(options.from), new Date(options.to), options.why, options.limit],
  )
  return rows.map((row) => recordFrom(account, row.call_sid, row.state))
}
