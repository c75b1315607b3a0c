import { type Connection, type Pool, takeConnection } from '../pool.ts'

/** Any number that no other lock of this database uses. */
const REBUILD_LOCK = 7_021_996_413
/** The holder waits for the log between its statements, in and out of a transaction, for as long as that takes. */
const NEVER_CUT = `SET idle_session_timeout = 0; SET idle_in_transaction_session_timeout = 0`

/** Another rebuild holds the lock. */
export interface RebuildUnderWay {
  /** Process id of its session in Postgres; null when it ended just now. */
  readonly underWay: number | null
}

/**
 * Runs `work` while no other rebuild of this database runs. The lock lives and dies with the connection handed to `work`: what must not
 * happen without the lock is done on it, and a holder that is killed leaves nothing behind.
 */
export const underRebuildLock = async <T>(pool: Pool, work: (holder: Connection) => Promise<T>): Promise<{ readonly done: T } | RebuildUnderWay> => {
  const holder = await takeConnection(pool)
  try {
    await holder.query(NEVER_CUT)
    const { rows } = await holder.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [REBUILD_LOCK])
    if (rows[0]?.locked !== true) return { underWay: await holderOf(holder) }
    return { done: await work(holder) }
  } finally {
    // Closing alone lets go a moment later: the next one would be refused until then.
    await holder.query('ROLLBACK; SELECT pg_advisory_unlock_all()').catch(() => {})
    holder.release(true)
  }
}

/** A bigint key of an advisory lock stands in pg_locks as two halves. */
const holderOf = async (db: Connection): Promise<number | null> => {
  const { rows } = await db.query<{ pid: number }>(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND (classid::bigint << 32) + objid::bigint = $1
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [REBUILD_LOCK],
  )
  return rows[0]?.pid ?? null
}
