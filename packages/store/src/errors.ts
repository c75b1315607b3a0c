/** Postgres could not be reached or went away; trying again can help. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/**
 * serialization_failure, deadlock_detected, admin_shutdown, crash_shutdown, cannot_connect_now, read_only_sql_transaction, too_many_connections, query_canceled,
 * idle_in_transaction_session_timeout, transaction_timeout, idle_session_timeout.
 */
const RETRYABLE_STATES: ReadonlySet<string> = new Set(['40001', '40P01', '57P01', '57P02', '57P03', '25006', '53300', '57014', '25P03', '25P04', '57P05'])
const CONNECTION_EXCEPTION_CLASS = '08'
const SQLSTATE_LENGTH = 5
const SOCKET_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
/** node-postgres gives these no code. */
const CONNECTION_LOST = /Connection terminated|timeout exceeded when trying to connect|^timeout expired$|Query read timeout|Client has encountered a connection error/

/** Can the same work succeed when it is tried again? Of what a database throws: its own passing states and a lost connection, nothing else. */
export const isRetryable = (error: unknown): boolean => {
  if (error instanceof StoreUnavailableError) return true
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code === 'string') return RETRYABLE_STATES.has(code) || SOCKET_CODES.has(code) || (code.length === SQLSTATE_LENGTH && code.startsWith(CONNECTION_EXCEPTION_CLASS))
  return error instanceof Error && CONNECTION_LOST.test(error.message)
}

/** serialization_failure, deadlock_detected. */
const CONFLICT_STATES: ReadonlySet<string> = new Set(['40001', '40P01'])

/** Did the server undo the transaction because another one was in its way? Then nothing of it was done, and the same work can be done at once. */
export const isConflict = (error: unknown): boolean => CONFLICT_STATES.has(String((error as { code?: unknown } | null)?.code))

/** data_exception and program_limit_exceeded. */
const CONTENT_CLASSES = ['22', '54']
/** invalid_binary_representation: what we send is not laid out as it should be. That is our mistake in every row, and no row's content. */
const NOT_CONTENT = '22P03'

/** A value that its type cannot hold, found before it was sent: the server would say the same (22008, datetime_field_overflow). */
export class UnstorableValueError extends RangeError {
  override readonly name = 'UnstorableValueError'
  readonly code = '22008'
}

/** Is it what a row says that Postgres cannot hold? Trying again cannot help; leaving the row out can. */
export const isContentRefused = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && code.length === SQLSTATE_LENGTH && code !== NOT_CONTENT && CONTENT_CLASSES.some((refused) => code.startsWith(refused))
}
