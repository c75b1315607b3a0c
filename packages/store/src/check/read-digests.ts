import type { Queryable } from '../queryable.ts'
import { DAY_ROWS } from './day-rows.ts'

/** Half-open, of places of calls (day-rows.ts). */
export interface Places {
  readonly from: number
  readonly to: number
}

/** One side's calls in some places. */
export interface Digest {
  readonly calls: number
  /** SHA-256 over the hashes of their rows by CallSid, in hex; empty where there are none. */
  readonly sha256: string
}

/** What the log tells, and what is stored. */
export interface BothDigests {
  readonly told: Digest
  readonly stored: Digest
}

const NONE: Digest = { calls: 0, sha256: '' }

/** The digests of both sides in each of these places, in their order. */
export const readDigests = async (db: Queryable, places: readonly Places[]): Promise<readonly BothDigests[]> => {
  const { rows } = await db.query<{ nth: number; told: boolean; calls: number; sha256: string }>(
    `SELECT p.nth::int AS nth, d.told, count(*)::int AS calls, encode(sha256(string_agg(d.row_sha256, ''::bytea ORDER BY d.call_sid, d.row_sha256)), 'hex') AS sha256
     FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS p (low, high, nth) JOIN ${DAY_ROWS} d ON d.place >= p.low AND d.place < p.high GROUP BY p.nth, d.told`,
    [places.map(({ from }) => from), places.map(({ to }) => to)],
  )
  const sides = new Map(rows.map(({ nth, told, calls, sha256 }) => [`${nth} ${told}`, { calls, sha256 }]))
  return places.map((_, nth) => ({ told: sides.get(`${nth + 1} true`) ?? NONE, stored: sides.get(`${nth + 1} false`) ?? NONE }))
}
