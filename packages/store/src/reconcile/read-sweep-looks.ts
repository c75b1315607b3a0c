import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** A complete scan of lane sweep: what it covered and when it began, by our clock. */
export interface SweepLook {
  readonly from: Instant
  readonly to: Instant
  readonly startedAt: Instant
}

/** Those that began since, oldest first. */
export const readSweepLooks = async (db: Queryable, account: string, since: Instant): Promise<readonly SweepLook[]> => {
  const { rows } = await db.query<{ range_from: Date; range_to: Date; started_at: Date }>(
    `SELECT range_from, range_to, started_at FROM rollcall.scans
     WHERE account = $1 AND lane = 'sweep' AND outcome = 'complete' AND started_at >= $2 ORDER BY started_at`,
    [account, new Date(since)],
  )
  return rows.map((row) => ({ from: row.range_from.getTime(), to: row.range_to.getTime(), startedAt: row.started_at.getTime() }))
}
