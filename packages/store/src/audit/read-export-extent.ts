import type { MeasuredRange } from '../measures/range.ts'
import type { Queryable } from '../queryable.ts'

/** How much there is to export. */
export interface ExportExtent {
  readonly windows: number
  /** Of their newest certificates. */
  readonly calls: number
  /** Certificates, superseded ones too, that the log of `signedSize` records does not hold. */
  readonly unsigned: number
}

/** Of the windows that begin in the range, without reading a call. */
export const readExportExtent = async (db: Queryable, account: string, range: MeasuredRange, signedSize: number): Promise<ExportExtent> => {
  const { rows } = await db.query<{ windows: number; calls: number; unsigned: number }>(
    `SELECT count(*) FILTER (WHERE newest)::int AS windows, coalesce(sum(leaves) FILTER (WHERE newest), 0)::int AS calls, count(*) FILTER (WHERE NOT signed)::int AS unsigned
     FROM (SELECT c.leaves, c.sequence = max(c.sequence) OVER (PARTITION BY c.window_from) AS newest,
             EXISTS (SELECT FROM rollcall.audit_leaves l WHERE l.account = c.account AND l.type = 'certificate'
               AND l.subject = to_char(c.window_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AND l.value_sha256 = c.sha256 AND l.leaf < $4) AS signed
           FROM rollcall.window_certificates c WHERE c.account = $1 AND c.window_from >= $2 AND c.window_from < $3) AS certified`,
    [account, new Date(range.from), new Date(range.to), signedSize],
  )
  return rows[0] ?? { windows: 0, calls: 0, unsigned: 0 }
}
