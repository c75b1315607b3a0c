import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** How many of the last completed calls of a direction have a recording. */
export interface RecordedShare {
  readonly direction: string | null
  readonly completed: number
  readonly recorded: number
}

/** Calls that are looked at, the latest of those told of in the time that is asked about. */
export const SHARE_CALLS_MAX = 2_000

export const readRecordedShares = async (db: Queryable, account: string, { from, to }: { readonly from: Instant; readonly to: Instant }): Promise<readonly RecordedShare[]> => {
  const { rows } = await db.query<RecordedShare>(
    `SELECT direction, count(*)::int AS completed, count(recording_url)::int AS recorded
     FROM (SELECT direction, recording_url FROM projection.calls WHERE account = $1 AND ended_told_at >= $2 AND ended_told_at < $3 AND status = 'completed'
           ORDER BY ended_told_at DESC LIMIT $4) latest
     GROUP BY direction`,
    [account, new Date(from), new Date(to), SHARE_CALLS_MAX],
  )
  return rows
}
