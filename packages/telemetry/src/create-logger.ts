import { trace } from '@opentelemetry/api'
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import { REDACTED_PATHS } from './redacted-paths.ts'

export type { Logger } from 'pino'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * One JSON line per event. Every call names a stable event, which people search and alert on, and then says it in words:
 * `logger.warn({ event: 'delivery.refused', account, reason }, 'refused a delivery')`. Nothing from a payload is ever logged;
 * the redaction is the second line of defence, not the first.
 */
export const createLogger = ({ service, level, destination }: { readonly service: string; readonly level: LogLevel; readonly destination?: DestinationStream }): Logger =>
  pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...REDACTED_PATHS], censor: '[redacted]' },
      mixin: activeTrace,
    },
    destination ?? logTo('stdout'),
  )

/** Synchronous, so that the last line before an exit is never lost. */
export const logTo = (stream: 'stdout' | 'stderr'): DestinationStream => pino.destination({ dest: stream === 'stdout' ? 1 : 2, sync: true })

const activeTrace = (): object => {
  const span = trace.getActiveSpan()?.spanContext()
  return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId }
}
