import { createHash } from 'node:crypto'
import type { Queryable } from '../queryable.ts'

const CALLS_PER_READ = 20_000

/** SHA-256 (hex) over account, CallSid and state digest of every call, in bytewise order. Equal digests mean equal projections. Run it inside one snapshot. */
export const projectionDigest = async (db: Queryable, schema: string): Promise<{ readonly digest: string; readonly calls: number }> => {
  const hash = createHash('sha256')
  let calls = 0
  let after: readonly [string, string] = ['', '']
  for (;;) {
    const { rows } = await db.query<{ account: string; call_sid: string; digest: Buffer }>(
      `SELECT account, call_sid, digest FROM ${schema}.calls WHERE (account, call_sid) > ($1, $2) ORDER BY account, call_sid LIMIT ${CALLS_PER_READ}`,
      [...after],
    )
    for (const row of rows) hash.update(`${row.account}\n${row.call_sid}\n`).update(row.digest)
    calls += rows.length
    const last = rows.at(-1)
    if (last === undefined) return { digest: hash.digest('hex'), calls }
    after = [last.account, last.call_sid]
  }
}
