import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** Beginnings of the minutes from the one that holds `from` up to `to` in which ingest refused a webhook of the account. */
export const readRefusedMinutes = async (db: Queryable, account: string, { from, to }: { readonly from: Instant; readonly to: Instant }): Promise<ReadonlySet<Instant>> => {
  const { rows } = await db.query<{ minute: Date }>(
    `SELECT DISTINCT minute FROM rollcall.ingest_refusals WHERE account = $1 AND minute > $2::timestamptz - interval '1 minute' AND minute <= $3`,
    [account, new Date(from), new Date(to)],
  )
  return new Set(rows.map(({ minute }) => minute.getTime()))
}
