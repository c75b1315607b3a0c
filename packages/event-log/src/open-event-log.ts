import { type EventLog, LogUnavailableError } from './event-log.ts'

export interface EventLogAddress {
  /** host:port each. */
  readonly kafkaBrokers?: readonly string[] | undefined
  /** Where a process serves the embedded log, such as http://127.0.0.1:4000. */
  readonly embeddedLogUrl?: string | undefined
  /** What this process calls itself towards the log. */
  readonly clientId: string
}

/** No event log was configured, or its address is not one. */
export class EventLogAddressError extends Error {
  override readonly name = 'EventLogAddressError'
  /** 2 is bad usage or configuration (design §10). */
  readonly exitCode = 2
}

/** The log did not answer when it was first asked: more likely a wrong address than an outage, so an operator is told. */
export class LogUnreachableError extends LogUnavailableError {
  readonly exitCode = 2
}

const BROKER = /^(\[[0-9a-fA-F:]+\]|[^\s:/,]+):\d{1,5}$/

/**
 * The event log at the address: Kafka where brokers are given, else the embedded log. Only the adapter that is used is loaded.
 * @throws EventLogAddressError, LogUnreachableError
 */
export const openEventLog = async ({ kafkaBrokers, embeddedLogUrl, clientId }: EventLogAddress): Promise<EventLog> => {
  if (kafkaBrokers && kafkaBrokers.length > 0) {
    for (const broker of kafkaBrokers) {
      if (!BROKER.test(broker))
        throw new EventLogAddressError(`KAFKA_BROKERS contains "${broker}"; needed is a comma-separated list of host:port, such as kafka-1:9092,kafka-2:9092`)
    }
    const { openKafkaEventLog } = await import('./kafka/kafka-event-log.ts')
    return openKafkaEventLog({ brokers: kafkaBrokers, clientId }).catch(unreachable)
  }
  if (embeddedLogUrl) {
    const { connectEmbeddedEventLog } = await import('./embedded/remote-event-log.ts')
    return connectEmbeddedEventLog({ url: embeddedLogUrl })
  }
  throw new EventLogAddressError(
    'No event log is configured. Set KAFKA_BROKERS to the addresses of Kafka, such as kafka-1:9092,kafka-2:9092, or EMBEDDED_LOG_URL to the address of an embedded log; "rollcall start" sets one of them itself.',
  )
}

const unreachable = (error: unknown): never => {
  if (error instanceof LogUnavailableError) throw new LogUnreachableError(error.message, { cause: error })
  throw error
}
