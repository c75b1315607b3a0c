import { Kafka, logLevel } from 'kafkajs'

/** How long a TCP connection may take. */
export const CONNECT_MS_MAX = 3_000
/** How long one request may stay unanswered. A half-open connection is noticed after this long, so it stays below the send deadline callers use. */
export const REQUEST_MS_MAX = 10_000

export interface KafkaClientOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly connectMsMax?: number
  readonly requestMsMax?: number
}

/**
 * The one way a kafkajs client is made here. Its own log is silenced: it prints broker addresses and stack traces for every
 * retry; what matters reaches the caller as an error. Every timeout is passed, since the defaults are generous.
 */
export const kafkaClient = ({ brokers, clientId, connectMsMax = CONNECT_MS_MAX, requestMsMax = REQUEST_MS_MAX }: KafkaClientOptions): Kafka =>
  new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: connectMsMax,
    authenticationTimeout: connectMsMax,
    requestTimeout: requestMsMax,
    enforceRequestTimeout: true,
    logLevel: logLevel.NOTHING,
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 500 },
  })
