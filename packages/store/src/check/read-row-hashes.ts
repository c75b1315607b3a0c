import type { Queryable } from '../queryable.ts'
import { DAY_ROWS } from './day-rows.ts'
import type { Places } from './read-digests.ts'

/** Of one call on one side. */
export interface RowHash {
  readonly told: boolean
  readonly callSid: string
  /** Hex. */
  readonly sha256: string
}

/** Every row of both sides in these places, by CallSid. */
export const readRowHashes = async (db: Queryable, { from, to }: Places): Promise<readonly RowHash[]> => {
  const { rows } = await db.query<{ told: boolean; call_sid: string; sha256: string }>(
    `SELECT told, call_sid, encode(row_sha256, 'hex') AS sha256 FROM ${DAY_ROWS} WHERE place >= $1 AND place < $2 ORDER BY call_sid, told`,
    [from, to],
  )
  return rows.map(({ told, call_sid, sha256 }) => ({ told, callSid: call_sid, sha256 }))
}
