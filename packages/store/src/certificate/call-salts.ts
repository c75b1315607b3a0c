import { randomBytes } from 'node:crypto'
import type { Queryable } from '../queryable.ts'

const SALT_BYTES = 32

/** The salt of each of these calls, made where it has none; null where it was deleted, for good. */
export const ensureSalts = async (db: Queryable, account: string, callSids: readonly string[]): Promise<ReadonlyMap<string, Buffer | null>> => {
  if (callSids.length === 0) return new Map()
  // In the order in which salts are deleted too: whoever takes the same calls at the same time waits, and neither is in the way of the other.
  const ordered = callSids.toSorted()
  await db.query('INSERT INTO rollcall.call_salts (account, call_sid, salt) SELECT $1, * FROM unnest($2::text[], $3::bytea[]) ON CONFLICT DO NOTHING', [
    account,
    ordered,
    ordered.map(() => randomBytes(SALT_BYTES)),
  ])
  const { rows } = await db.query<{ call_sid: string; salt: Buffer | null }>('SELECT call_sid, salt FROM rollcall.call_salts WHERE account = $1 AND call_sid = ANY ($2)', [
    account,
    callSids,
  ])
  return new Map(rows.map(({ call_sid, salt }) => [call_sid, salt]))
}
