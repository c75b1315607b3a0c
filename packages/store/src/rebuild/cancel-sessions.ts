import type { Queryable } from '../queryable.ts'

/** Cancels what the sessions of this name are doing in this database, all but the one that asks. They go on with their next statement. */
export const cancelSessions = async (db: Queryable, applicationName: string): Promise<void> => {
  await db.query('SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()', [applicationName])
}
