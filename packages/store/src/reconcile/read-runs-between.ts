import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Runs that ended by themselves and were under way at some moment of `[from, to]`: what a schedule's slots are held against. */
export const readRunsBetween = async (
  db: Queryable,
  account: string,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Promise<readonly { readonly startedAt: Instant; readonly endedAt: Instant }[]> => {
  const { rows } = await db.query<{ started_at: Date; ended_at: Date }>(
    `SELECT started_at, ended_at FROM rollcall.runs WHERE account = $1 AND started_at <= $3 AND ended_at >= $2 AND outcome <> 'failed' ORDER BY started_at`,
    [account, new Date(from), new Date(to)],
  )
  return rows.map((row) => ({ startedAt: row.started_at.getTime(), endedAt: row.ended_at.getTime() }))
}
