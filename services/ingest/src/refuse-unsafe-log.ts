import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '@rollcall/service/operator-error'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { LogConnection } from './log-connection.ts'

const CONNECT_MS_MAX = 5_000
const REFUSED: ReadonlySet<string> = new Set(['UnsafeTopicsError', 'ForeignLogError'])

/**
 * A log that must not hold the truth, or is not ours, is refused at start. One that cannot be reached is not: deliveries are spooled until it can, and
 * its topic is then checked before the first record goes there.
 * @throws OperatorError
 */
export const refuseUnsafeLog = async (log: Pick<LogConnection, 'connect'>, logger: Logger): Promise<void> => {
  const late = new AbortController()
  try {
    const reached = await Promise.race([log.connect().then(() => true), sleep(CONNECT_MS_MAX, false, { signal: late.signal })])
    if (!reached) logger.warn({ event: 'log.unreachable' }, 'the log does not answer; deliveries are kept in the spool until it does')
  } catch (error) {
    if (error instanceof Error && REFUSED.has(error.name)) throw new OperatorError(error.message, { cause: error })
    logger.warn({ event: 'log.unreachable', err: error }, 'the log cannot be reached; deliveries are kept in the spool until it can')
  } finally {
    late.abort()
  }
}
