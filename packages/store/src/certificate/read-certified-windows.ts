import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

export interface CertifiedWindow {
  readonly windowFrom: Instant
  /** Texts of its certificates, oldest first; the last one is in force. */
  readonly certificates: readonly string[]
  /** The leaves of the last one, packed (transparency-log: packed-leaves.ts). */
  readonly packedLeaves: Buffer
}

/** The certified windows that start in `[from, to)`, in order, each whole. A day is 288 of them: read more than that in parts. */
export const readCertifiedWindows = async (db: Queryable, account: string, from: Instant, to: Instant): Promise<readonly CertifiedWindow[]> => {
  const { rows } = await db.query<{ window_from: Date; certificates: string[]; leaves: Buffer }>(
    `SELECT c.window_from, array_agg(c.value ORDER BY c.sequence) AS certificates, l.leaves
     FROM rollcall.window_certificates c JOIN rollcall.certified_leaves l USING (account, window_from)
     WHERE c.account = $1 AND c.window_from >= $2 AND c.window_from < $3 GROUP BY c.window_from, l.leaves ORDER BY c.window_from`,
    [account, new Date(from), new Date(to)],
  )
  return rows.map(({ window_from, certificates, leaves }) => ({ windowFrom: window_from.getTime(), certificates, packedLeaves: leaves }))
}
