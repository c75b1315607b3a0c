import { parseDatabaseUrl } from '@rollcall/contracts/database-url'
import pg from 'pg'
import { writableClient } from './connection/writable-client.ts'
import { createWritableServer } from './connection/writable-server.ts'
import { StoreUnavailableError } from './errors.ts'

export type Pool = pg.Pool
export type Connection = pg.PoolClient

export const CONNECT_MS_MAX = 5_000
export const STATEMENT_MS_MAX = 60_000
export const IDLE_IN_TRANSACTION_MS_MAX = 30_000
/** The server ends a statement in time; a connection that died without a word cannot, so we stop waiting this much later. */
const SILENCE_MS_MAX = 5_000
/** A connection that says nothing this long is asked whether its server is still there. */
const KEEP_ALIVE_AFTER_MS = 10_000
/** Postgres's type for bigint: offsets and versions, which a number cannot hold. */
const BIGINT_OID = 20

export interface PoolOptions {
  /** Of one host or several (database-url.ts): of several, each new connection goes to the one that takes writes. */
  readonly databaseUrl: string
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** Where unqualified names are looked up: the projection, or one that is being rebuilt. */
  readonly searchPath?: string
  /** The role to be instead of the login, which must be a member of it. */
  readonly role?: string
  readonly max: number
  /** How long a connection may take. */
  readonly connectMsMax?: number
  readonly statementMsMax?: number
  /** How long a transaction may wait for us: so long what it has locked is locked when we are paused in the middle. */
  readonly idleInTransactionMsMax?: number
}

/**
 * A pool that survives its server: every connection has an error listener (a checked-out one without would end the process), nothing
 * waits for ever, bigint comes as bigint, numeric and text as text, and the session lives in UTC.
 */
export const createPool = (options: PoolOptions): Pool => {
  const {
    databaseUrl,
    applicationName,
    searchPath = 'projection',
    role,
    max,
    connectMsMax = CONNECT_MS_MAX,
    statementMsMax = STATEMENT_MS_MAX,
    idleInTransactionMsMax = IDLE_IN_TRANSACTION_MS_MAX,
  } = options
  const { servers, findWritable } = parseDatabaseUrl(databaseUrl)
  const pool = new pg.Pool({
    ...(findWritable && { Client: writableClient(createWritableServer(servers)) }),
    connectionString: servers[0]?.url,
    application_name: applicationName,
    max,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    connectionTimeoutMillis: connectMsMax,
    statement_timeout: statementMsMax,
    query_timeout: statementMsMax + SILENCE_MS_MAX,
    idle_in_transaction_session_timeout: idleInTransactionMsMax,
    options: `-c search_path=${searchPath} -c timezone=UTC${role === undefined ? '' : ` -c role=${role}`}`,
    types: { getTypeParser: ((oid: number, format: 'text') => (oid === BIGINT_OID ? BigInt : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser },
  })
  pool.on('error', () => {})
  pool.on('connect', (connection) => connection.on('error', () => {}))
  return pool
}

/** Takes a connection out; its absence is an outage with a name. The caller releases it, with the error where there was one. */
export const takeConnection = async (pool: Pool): Promise<Connection> => {
  try {
    return await pool.connect()
  } catch (error) {
    throw new StoreUnavailableError(`Postgres did not give a connection: ${(error as Error).message}`, { cause: error })
  }
}
