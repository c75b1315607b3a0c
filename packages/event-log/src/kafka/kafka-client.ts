import { Kafka, logLevel } from 'kafkajs'

/** How long a TCP connection may take. */
export const CONNECT_MS_MAX = 3_000
/** How long one request may stay unanswered: this is how a half-open connection is noticed. */
export const REQUEST_MS_MAX = 10_000

export interface KafkaClientOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly connectMsMax?: number
  readonly requestMsMax?: number
}

/** Every timeout is passed, since kafkajs's own are generous. Retries are few: the callers here retry by their own deadlines. */
export const kafkaClientConfig = ({ brokers, clientId, connectMsMax = CONNECT_MS_MAX, requestMsMax = REQUEST_MS_MAX }: KafkaClientOptions) => ({
  brokers: [...brokers],
  clientId,
  connectionTimeout: connectMsMax,
  authenticationTimeout: connectMsMax,
  requestTimeout: requestMsMax,
  enforceRequestTimeout: true,
  retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 500 },
})

/**
 * The one way a kafkajs client is made here. Its own log is silenced: it prints addresses and stack traces for every retry;
 * what matters reaches the caller as an error.
 */
export const kafkaClient = (options: KafkaClientOptions): Kafka => new Kafka({ ...kafkaClientConfig(options), logLevel: logLevel.NOTHING })
