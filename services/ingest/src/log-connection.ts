import { OBSERVATION_PARTITIONS, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, LogRecord } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { preflight } from '@rollcall/event-log/preflight'
import type { IngestConfig } from './config.ts'
import type { LogIdentity } from './spool/log-memory.ts'

const APPEND_DEADLINE_MS = 10_000

interface Connected {
  readonly log: EventLog
  readonly identity: Required<LogIdentity>
}

export interface LogConnection {
  /** Resolves when all are durable in the log. Connects first where that has not worked yet. */
  append(records: readonly LogRecord[]): Promise<void>
  /** Of the log that is appended to. Connects first where that has not worked yet. */
  identity(): Promise<Required<LogIdentity>>
  /** Connects and checks the topic. Rejects when the log cannot be reached, is another one, or must not hold the truth. */
  connect(): Promise<void>
  /** Null while it was never reached. */
  description(): string | null
  close(): Promise<void>
}

/** The event log, connected when it can be. Deliveries are accepted without it: an absent log changes nothing for the sender. */
export const logConnectionOf = (
  config: Pick<IngestConfig, 'KAFKA_BROKERS' | 'EMBEDDED_LOG_URL' | 'ROLLCALL_ALLOW_UNSAFE_TOPICS'>,
  /** What this process calls itself towards the log. */
  clientId: string,
  /** Whether this log is the right one: asked by its cluster id before a topic is made there, and with the topic's id before anything goes there. Rejects where it is not. */
  refuseForeign: (log: LogIdentity) => Promise<void>,
): LogConnection => {
  const { KAFKA_BROKERS: kafkaBrokers, EMBEDDED_LOG_URL: embeddedLogUrl, ROLLCALL_ALLOW_UNSAFE_TOPICS: allowUnsafeTopics } = config
  let connected: Connected | null = null
  let connecting: Promise<Connected> | null = null

  const open = async (): Promise<Connected> => {
    const log = await openEventLog({ ...(kafkaBrokers && { kafkaBrokers }), ...(embeddedLogUrl && { embeddedLogUrl }), clientId })
    try {
      const clusterId = await log.clusterId()
      await refuseForeign({ clusterId })
      await preflight(log, [{ name: OBSERVATIONS_TOPIC, partitions: OBSERVATION_PARTITIONS, cleanup: 'delete' }], { allowUnsafeTopics })
      const identity = { clusterId, topicId: await log.topicId(OBSERVATIONS_TOPIC) }
      await refuseForeign(identity)
      connected = { log, identity }
      return connected
    } catch (error) {
      await log.close()
      throw error
    }
  }
  const connection = (): Promise<Connected> => {
    connecting ??= open().catch((error) => {
      connecting = null
      throw error
    })
    return connecting
  }

  return {
    append: async (records) => (connected ?? (await connection())).log.append(OBSERVATIONS_TOPIC, records, { deadlineMs: APPEND_DEADLINE_MS }),
    identity: async () => (connected ?? (await connection())).identity,
    connect: async () => {
      await connection()
    },
    description: () => connected?.log.description ?? null,
    close: async () => {
      await connecting?.then(({ log }) => log.close()).catch(() => {})
    },
  }
}
