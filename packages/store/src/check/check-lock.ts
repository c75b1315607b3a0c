import type { Connection } from '../pool.ts'

/** Any number that no other lock of this database uses. */
const CHECK_LOCK = 7_021_996_414
/**
 * Between its statements the holder reads the log, in and out of a transaction, for as long as that takes. A holder that is killed lets go within a
 * second: without that, the server would first bring a statement of minutes to its end for nobody.
 */
const HOLDING = `SET idle_session_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET client_connection_check_interval = '1s'`

/** Takes the right to check days, which lives and dies with the connection; false while another has it. */
export const takeCheckLock = async (db: Connection): Promise<boolean> => {
  await db.query(HOLDING)
  const { rows } = await db.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [CHECK_LOCK])
  return rows[0]?.locked === true
}

/** Lets go of it, and closes the connection with all that is temporary on it. Closing alone lets go a moment later: the next check would be refused until then. */
export const letGoOfCheckLock = async (db: Connection): Promise<void> => {
  await db.query('ROLLBACK; SELECT pg_advisory_unlock_all()').catch(() => {})
  db.release(true)
}
