import type { DatabaseServer } from '@rollcall/contracts/database-url'
import pg from 'pg'
import type { Asked } from './choose-server.ts'

/** How long a server may take to say what it is. Below a pool's own patience, so that there is time left to connect. */
const ASK_MS_MAX = 2_500

/** A timeline is the first part of the name of a log file; a standby writes none. */
const QUESTION = `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writable,
  CASE WHEN pg_is_in_recovery() THEN '0' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline,
  (SELECT system_identifier::text FROM pg_control_system()) AS system_id`
const HEXADECIMAL = 16

/** Asks a server, over a connection of its own, whether it takes writes. Never throws: a server that does not answer is an answer. */
export const askServer = async ({ place, url }: DatabaseServer): Promise<Asked> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ASK_MS_MAX, query_timeout: ASK_MS_MAX, application_name: 'rollcall-which-server' })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ writable: boolean; timeline: string; system_id: string }>(QUESTION)
    const [row] = rows
    if (row === undefined) return { kind: 'failed', place, why: 'answered nothing' }
    return { kind: 'answered', place, writable: row.writable, timeline: Number.parseInt(row.timeline, HEXADECIMAL), systemId: row.system_id }
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    return { kind: 'failed', place, why: `does not answer (${message || code})` }
  } finally {
    client.end().catch(() => {})
  }
}
