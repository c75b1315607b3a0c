import type { Queryable } from '../queryable.ts'

/** Which of these calls an authenticated read of the API has told us of. */
export const readVerified = async (db: Queryable, account: string, callSids: readonly string[]): Promise<ReadonlySet<string>> => {
  const { rows } = await db.query<{ call_sid: string }>('SELECT call_sid FROM projection.calls WHERE account = $1 AND call_sid = ANY ($2) AND verified', [account, callSids])
  return new Set(rows.map((row) => row.call_sid))
}
