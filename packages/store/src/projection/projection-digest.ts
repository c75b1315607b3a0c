import { createHash } from 'node:crypto'
import type { Queryable } from '../queryable.ts'

/** The server hashes this many calls at once, so that neither it nor we hold all of them. Part of the digest's definition. */
const CALLS_PER_HASH = 20_000

export interface ProjectionDigest {
  /** Lower-case hex. */
  readonly digest: string
  readonly calls: number
}

/**
 * SHA-256 over account, CallSid and state digest of every call, in bytewise order: a hash of the hashes of 20,000 calls each.
 * Equal digests mean equal projections, however and in whatever order they were folded. Run it inside one snapshot.
 */
export const projectionDigest = async (db: Queryable, schema: string): Promise<ProjectionDigest> => {
  const whole = createHash('sha256')
  let calls = 0
  let after: readonly [string, string] = ['', '']
  for (;;) {
    const { rows } = await db.query<{ hash: Buffer; calls: number; account: string; call_sid: string }>(
      `SELECT sha256(string_agg(convert_to(account || chr(10) || call_sid || chr(10), 'UTF8') || digest, ''::bytea ORDER BY account, call_sid)) AS hash, count(*)::int AS calls,
              (array_agg(account ORDER BY account DESC, call_sid DESC))[1] AS account, (array_agg(call_sid ORDER BY account DESC, call_sid DESC))[1] AS call_sid
       FROM (SELECT account, call_sid, digest FROM ${schema}.calls WHERE (account, call_sid) > ($1, $2) ORDER BY account, call_sid LIMIT ${CALLS_PER_HASH}) part`,
      [...after],
    )
    const part = rows[0]
    if (part === undefined || part.calls === 0) return { digest: whole.digest('hex'), calls }
    whole.update(part.hash)
    calls += part.calls
    after = [part.account, part.call_sid]
  }
}
