import type { ChaseWhy } from '@rollcall/domain/schedule/chase'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** How one call was or is asked for by Sid. */
export interface CallChase {
  readonly why: ChaseWhy
  readonly since: Instant
  readonly begunAt: Instant
  readonly asked: number
  readonly askedAt: Instant | null
  readonly withoutAt: Instant | null
  /** Null when it is over. */
  readonly due: Instant | null
  readonly outcome: 'found' | 'ruled-out' | null
  readonly reason: string | null
  readonly endedAt: Instant | null
}

export const readCallChases = async (db: Queryable, account: string, callSid: string): Promise<readonly CallChase[]> => {
  const { rows } = await db.query<
    Pick<CallChase, 'why' | 'asked' | 'outcome' | 'reason'> & {
      since: Date
      begun_at: Date
      asked_at: Date | null
      without_at: Date | null
      due: Date | null
      ended_at: Date | null
    }
  >('SELECT why, since, begun_at, asked, asked_at, without_at, due, outcome, reason, ended_at FROM rollcall.chases WHERE account = $1 AND call_sid = $2 ORDER BY begun_at, why', [
    account,
    callSid,
  ])
  return rows.map(({ since, begun_at, asked_at, without_at, due, ended_at, ...row }) => ({
    ...row,
    since: since.getTime(),
    begunAt: begun_at.getTime(),
    askedAt: asked_at?.getTime() ?? null,
    withoutAt: without_at?.getTime() ?? null,
    due: due?.getTime() ?? null,
    endedAt: ended_at?.getTime() ?? null,
  }))
}
