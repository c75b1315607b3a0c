import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

export interface Absence {
  readonly callSid: string
  readonly firstAt: Instant
  readonly lastAt: Instant
  readonly times: number
}

/** Counts one more time that the API did not know these calls when asked by Sid. */
export const noteAbsences = async (db: Queryable, account: string, callSids: readonly string[], at: Instant): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.absences AS a (account, call_sid, first_at, last_at, times) SELECT $1, call_sid, $3, $3, 1 FROM unnest($2::text[]) AS call_sid
     ON CONFLICT (account, call_sid) DO UPDATE SET last_at = excluded.last_at, times = a.times + 1`,
    [account, callSids, new Date(at)],
  )
}

export const readAbsences = async (db: Queryable, account: string, callSids: readonly string[]): Promise<readonly Absence[]> => {
  const { rows } = await db.query<{ call_sid: string; first_at: Date; last_at: Date; times: number }>(
    'SELECT call_sid, first_at, last_at, times FROM rollcall.absences WHERE account = $1 AND call_sid = ANY ($2)',
    [account, callSids],
  )
  return rows.map((row) => ({ callSid: row.call_sid, firstAt: row.first_at.getTime(), lastAt: row.last_at.getTime(), times: row.times }))
}
