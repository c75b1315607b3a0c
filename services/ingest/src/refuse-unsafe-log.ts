import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '@rollcall/service/operator-error'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { LogConnection } from './log-connection.ts'

/** A start waits no longer for the log: webhooks come, and the spool takes them. */
const CONNECT_MS_MAX = 1_000
const REFUSED: ReadonlySet<string> = new Set(['UnsafeTopicsError', 'ForeignLogError', 'SpoolOfAnotherLogError', 'UnsafeRoleError'])

/**
 * A log that must not hold the truth, or is not ours, is refused at start; where it answers late, by `fail`, as soon as it does. One that
 * cannot be reached is not refused: deliveries are spooled until it can, and its topic is then checked before the first record goes there.
 * @throws OperatorError
 */
export const refuseUnsafeLog = async (log: Pick<LogConnection, 'connect'>, logger: Logger, fail: (error: unknown) => void): Promise<void> => {
  const connecting = log.connect().then(
    () => null,
    (error: unknown) => {
      if (error instanceof Error && REFUSED.has(error.name)) return new OperatorError(error.message, { cause: error })
      logger.warn({ event: 'log.unreachable', err: error }, 'the log cannot be reached; deliveries are kept in the spool until it can')
      return null
    },
  )
  const late = new AbortController()
  const refusal = await Promise.race([connecting, sleep(CONNECT_MS_MAX, 'late' as const, { signal: late.signal })])
  late.abort()
  if (refusal instanceof OperatorError) throw refusal
  if (refusal === null) return
  logger.warn({ event: 'log.unreachable' }, 'the log does not answer; deliveries are kept in the spool until it does')
  void connecting.then((answer) => answer !== null && fail(answer))
}
