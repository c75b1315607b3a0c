import type { Instant } from '@rollcall/domain/time'
import type { MeasuredRange } from '../measures/range.ts'
import type { Queryable } from '../queryable.ts'

/** A certificate as it stands in the log, byte for byte, and where. */
export interface CertificateRow {
  readonly windowFrom: Instant
  readonly sequence: number
  readonly state: 'provisional' | 'final' | 'amended'
  readonly sha256: string
  readonly text: string
  /** Null while it is not in the log yet. */
  readonly leaf: bigint | null
  readonly superseded: boolean
}

interface Row {
  readonly window_from: Date
  readonly sequence: number
  readonly state: CertificateRow['state']
  readonly sha256: string
  readonly value: string
  readonly leaf: bigint | null
  readonly superseded: boolean
}

const SELECT = `SELECT c.window_from, c.sequence, c.state, c.sha256, v.value, c.leaf, c.superseded
  FROM audit.certificates c JOIN rollcall.window_certificates v ON v.account = c.account AND v.window_from = c.window_from AND v.sequence = c.sequence`

const certificateOf = ({ window_from, value, ...row }: Row): CertificateRow => ({ ...row, windowFrom: window_from.getTime(), text: value })

/** Certificates of the windows that begin in the range, by window and then oldest first, after `after`. */
export const pageCertificates = async (
  db: Queryable,
  account: string,
  range: MeasuredRange,
  after: { readonly windowFrom: Instant; readonly sequence: number } | null,
  limit: number,
): Promise<readonly CertificateRow[]> => {
  const { rows } = await db.query<Row>(
    `${SELECT} WHERE c.account = $1 AND c.window_from >= $2 AND c.window_from < $3 AND ($4::timestamptz IS NULL OR (c.window_from, c.sequence) > ($4, $5::int)) ORDER BY c.window_from, c.sequence LIMIT $6`,
    [account, new Date(range.from), new Date(range.to), after === null ? null : new Date(after.windowFrom), after?.sequence ?? null, limit],
  )
  return rows.map(certificateOf)
}

/** The window's newest certificate with its calls, packed as packed-leaves.ts has them; null where it has none. */
export const readCertifiedCalls = async (
  db: Queryable,
  account: string,
  windowFrom: Instant,
): Promise<{ readonly certificate: CertificateRow; readonly packedLeaves: Buffer } | null> => {
  const { rows } = await db.query<Row & { leaves: Buffer }>(
    `SELECT c.*, l.leaves FROM (${SELECT}) c JOIN rollcall.certified_leaves l ON l.account = $1 AND l.window_from = c.window_from AND l.sequence = c.sequence WHERE c.window_from = $2`,
    [account, new Date(windowFrom)],
  )
  const [row] = rows
  if (row === undefined) return null
  const { leaves, ...certificate } = row
  return { certificate: certificateOf(certificate), packedLeaves: leaves }
}

/** When Exotel created a call, as far as is known; null where it is not, or there is no such call. */
export const readCreatedAt = async (db: Queryable, account: string, callSid: string): Promise<Instant | null> => {
  const { rows } = await db.query<{ created_at: Date | null }>('SELECT created_at FROM projection.calls WHERE account = $1 AND call_sid = $2', [account, callSid])
  return rows[0]?.created_at?.getTime() ?? null
}
