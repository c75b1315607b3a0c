import type { Admin } from 'kafkajs'
import { type EventLog, LogUnavailableError } from '../event-log.ts'
import { openClusterPool } from './cluster-pool.ts'
import { createTopics } from './create-topics.ts'
import { describeCluster } from './describe-cluster.ts'
import { fetch } from './fetch.ts'
import { fetchBounds } from './fetch-bounds.ts'
import { inspectTopics } from './inspect-topics.ts'
import { kafkaClient } from './kafka-client.ts'
import { openCluster } from './kafka-cluster.ts'
import { openKafkaSender } from './kafka-sender.ts'
import { openLogGuard } from './log-guard.ts'
import { quietRequestQueue } from './quiet-request-queue.ts'
import { openSendQueue } from './send-queue.ts'
import { withFreshMetadata } from './with-fresh-metadata.ts'

/**
 * Measured with records of 1 kB, 12 partitions, 64 and 256 callers, one broker: 1, 2 and 3 append equally fast (within the noise), with
 * and without a flush per write. One keeps batches largest.
 */
export const PRODUCERS_DEFAULT = 1

export interface KafkaEventLogOptions {
  /** host:port of a few brokers; the rest are found from them. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly producers?: number
}

/**
 * The event log on Apache Kafka.
 * @throws LogUnavailableError when no broker answers.
 */
export const openKafkaEventLog = async ({ brokers, clientId, producers = PRODUCERS_DEFAULT }: KafkaEventLogOptions): Promise<EventLog> => {
  quietRequestQueue()
  const { clusterId } = await describeCluster(brokers)
  const client = kafkaClient({ brokers, clientId })
  const openOne = () => openCluster({ brokers, clientId })
  const pool = openClusterPool(openOne)
  const guard = openLogGuard({ clusterId })
  const queue = openSendQueue({ senders: Array.from({ length: producers }, () => openKafkaSender(openOne, guard)) })
  let closing: Promise<void> | undefined

  const withAdmin = async <T>(what: string, work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = client.admin()
    try {
      await admin.connect()
      return await work(admin)
    } catch (cause) {
      throw new LogUnavailableError(`Kafka at ${brokers.join(', ')}: ${what} failed: ${(cause as Error).message}`, { cause })
    } finally {
      await admin.disconnect().catch(() => undefined)
    }
  }
  const open = () => {
    if (closing) throw new LogUnavailableError('the event log is closed')
  }

  return {
    description: `kafka at ${brokers.join(', ')}`,
    clusterId: async () => clusterId,
    topicId: async (topic) => {
      open()
      return pool.use((cluster) => withFreshMetadata(cluster, topic, 'asking for its id', async () => guard.topicId(await cluster.brokerPool.findConnectedBroker(), topic)))
    },
    append: (topic, records, { deadlineMs }) => queue.append(topic, records, deadlineMs),
    read: async (topic, from, { maxBytes, maxWaitMs, signal }) => {
      open()
      if (from.size === 0 || signal?.aborted) return new Map()
      const reading = pool.use((cluster) => fetch(cluster, { topic, from, maxBytes, maxWaitMs, signal }))
      return signal ? orAborted(reading, signal) : reading
    },
    bounds: async (topic) => {
      open()
      return pool.use((cluster) => fetchBounds(cluster, topic))
    },
    ensureTopics: async (specs) => {
      const made = await withAdmin('creating topics', (admin) => createTopics(admin, specs))
      // A new topic reaches the other brokers a moment later; until its leaders answer for it, it is not made.
      for (const topic of made) await pool.use((cluster) => fetchBounds(cluster, topic))
    },
    inspectTopics: (specs) => withAdmin('inspecting topics', (admin) => inspectTopics(admin, specs)),
    close: () => {
      pool.close()
      closing ??= queue.close()
      return closing
    },
  }
}

/** The read's own answer, or nothing as soon as the signal aborts; the fetch then ends by itself within its wait, unheard. */
const orAborted = async <T>(reading: Promise<ReadonlyMap<number, T>>, signal: AbortSignal): Promise<ReadonlyMap<number, T>> => {
  let onAbort = () => {}
  const aborted = new Promise<ReadonlyMap<number, T>>((resolve) => {
    onAbort = () => resolve(new Map())
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([reading, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
