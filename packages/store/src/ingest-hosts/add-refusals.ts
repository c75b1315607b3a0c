import { DAY, type Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Webhooks refused in one minute for one reason. */
export interface RefusedInMinute {
  readonly account: string
  /** Its beginning. */
  readonly minute: Instant
  readonly reason: string
  readonly count: number
}

/** Older refusals explain nothing any more: no call's webhook is judged for the first time so long after its end. */
export const REFUSALS_KEPT_MS = 40 * DAY

/** Adds to what was counted before, by this host or another; forgets what is too old. */
export const addRefusals = async (db: Queryable, refusals: readonly RefusedInMinute[]): Promise<void> => {
  if (refusals.length === 0) return
  await db.query(
    `INSERT INTO rollcall.ingest_refusals AS r (account, minute, reason, count)
     SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::bigint[])
     ON CONFLICT (account, minute, reason) DO UPDATE SET count = r.count + excluded.count`,
    [refusals.map(({ account }) => account), refusals.map(({ minute }) => new Date(minute)), refusals.map(({ reason }) => reason), refusals.map(({ count }) => count)],
  )
  // Counted from these, but no further than from now: a host whose clock is ahead forgets nothing of the others'.
  await db.query(`DELETE FROM rollcall.ingest_refusals WHERE account = ANY ($1) AND minute < least(now(), $2) - $3 * interval '1 millisecond'`, [
    [...new Set(refusals.map(({ account }) => account))],
    new Date(Math.max(...refusals.map(({ minute }) => minute))),
    REFUSALS_KEPT_MS,
  ])
}
