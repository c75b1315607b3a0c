import { setTimeout as sleep } from 'node:timers/promises'
import { LogUnavailableError, PositionGoneError, TopicMissingError } from '../event-log.ts'
import { DamagedBatchError } from './decode-record-batches.ts'
import type { KafkaCluster } from './kafka-cluster.ts'

export const ATTEMPTS_MAX = 5
/** Doubled after each attempt: 1.5 seconds in all. */
const RETRY_MS_MIN = 100

/** What no further attempt can change. */
export class HopelessError extends Error {}

/**
 * Does the work on a cluster client that is connected and knows the topic; again with fresh metadata when a leader has moved, a topic is too
 * new for the broker that was asked, or a connection was lost.
 * @throws LogUnavailableError after the last attempt, TopicMissingError where every one was told that there is no such topic; PositionGoneError and DamagedBatchError as they are.
 */
export const withFreshMetadata = async <T>(cluster: KafkaCluster, topic: string, doing: string, work: () => Promise<T>): Promise<T> => {
  let missing = true
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (!cluster.isConnected()) await cluster.connect()
      await cluster.addTargetTopic(topic)
      await cluster.refreshMetadataIfNecessary()
      return await work()
    } catch (error) {
      if (error instanceof PositionGoneError || error instanceof DamagedBatchError || error instanceof LogUnavailableError) throw error
      // One broker that has not heard of a topic proves nothing; in the second and a half of all attempts every broker has.
      missing &&= isUnknownTopic(error)
      if (attempt === ATTEMPTS_MAX && missing) throw new TopicMissingError(topic, { cause: error })
      if (attempt === ATTEMPTS_MAX || error instanceof HopelessError) throw new LogUnavailableError(`${topic}: ${doing} failed: ${(error as Error).message}`, { cause: error })
      await sleep(RETRY_MS_MIN * 2 ** (attempt - 1))
      await cluster.refreshMetadata().catch(() => undefined)
    }
  }
}

const isUnknownTopic = (error: unknown): boolean => (error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION'
