import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** A window's newest certificate, as the next one names it. */
export interface NewestCertificate {
  readonly sequence: number
  /** Of its text, in hex. */
  readonly sha256: string
}

/** By window; of those that have one. */
export const readNewestCertificates = async (db: Queryable, account: string, windows: readonly Instant[]): Promise<ReadonlyMap<Instant, NewestCertificate>> => {
  if (windows.length === 0) return new Map()
  const { rows } = await db.query<{ window_from: Date; sequence: number; sha256: string }>(
    `SELECT DISTINCT ON (window_from) window_from, sequence, sha256 FROM rollcall.window_certificates
     WHERE account = $1 AND window_from = ANY ($2::timestamptz[]) ORDER BY window_from, sequence DESC`,
    [account, windows.map((from) => new Date(from))],
  )
  return new Map(rows.map(({ window_from, sequence, sha256 }) => [window_from.getTime(), { sequence, sha256 }]))
}
