import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** How much is stored of the certified windows that start in `[from, to)`, without reading it: their leaves as they are packed, and the texts of all their certificates. */
export const readCertifiedBytes = async (db: Queryable, account: string, from: Instant, to: Instant): Promise<{ readonly packedLeaves: number; readonly certificates: number }> => {
  const ofRange = 'account = $1 AND window_from >= $2 AND window_from < $3'
  const { rows } = await db.query<{ leaves: string | bigint; texts: string | bigint }>(
    `SELECT (SELECT coalesce(sum(octet_length(leaves)), 0)::bigint FROM rollcall.certified_leaves WHERE ${ofRange}) AS leaves,
            (SELECT coalesce(sum(octet_length(value)), 0)::bigint FROM rollcall.window_certificates WHERE ${ofRange}) AS texts`,
    [account, new Date(from), new Date(to)],
  )
  return { packedLeaves: Number(rows[0]?.leaves), certificates: Number(rows[0]?.texts) }
}
