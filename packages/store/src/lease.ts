import type { Queryable } from './queryable.ts'

/** The right to run a job, for a while. Times are the database's own. */
export interface LeaseClaim {
  readonly job: string
  readonly owner: string
  readonly ttlMs: number
}

/** The fencing token when the lease is ours now; null while another holds it. Taking it anew always makes a greater token. */
export const claimLease = async (db: Queryable, { job, owner, ttlMs }: LeaseClaim): Promise<bigint | null> => {
  const { rows } = await db.query<{ token: bigint }>(
    `INSERT INTO rollcall.leases AS l (job, owner, token, expires_at) VALUES ($1, $2, 1, now() + $3 * interval '1 millisecond')
     ON CONFLICT (job) DO UPDATE SET owner = excluded.owner, token = l.token + 1, expires_at = excluded.expires_at WHERE l.expires_at < now()
     RETURNING token`,
    [job, owner, ttlMs],
  )
  return rows[0]?.token ?? null
}

/** Prolongs a lease that is still ours; false when it was taken over. */
export const renewLease = async (db: Queryable, { job, owner, token, ttlMs }: LeaseClaim & { readonly token: bigint }): Promise<boolean> => {
  const { rowCount } = await db.query(`UPDATE rollcall.leases SET expires_at = now() + $4 * interval '1 millisecond' WHERE job = $1 AND owner = $2 AND token = $3`, [
    job,
    owner,
    token.toString(),
    ttlMs,
  ])
  return rowCount === 1
}

/** Gives the lease back, so that the next run need not wait; a lease that is not ours any more stays as it is. */
export const releaseLease = async (db: Queryable, { job, owner, token }: { readonly job: string; readonly owner: string; readonly token: bigint }): Promise<void> => {
  await db.query(`UPDATE rollcall.leases SET expires_at = now() - interval '1 millisecond' WHERE job = $1 AND owner = $2 AND token = $3`, [job, owner, token.toString()])
}
