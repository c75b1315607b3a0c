import type { TopicSpec } from '../event-log.ts'

/** One record batch at most: 1 MiB, Kafka's own default said aloud. */
export const MESSAGE_BYTES_MAX = 1024 * 1024
export const REPLICATION_FACTOR_NEEDED = 3
export const MIN_INSYNC_NEEDED = 2

/**
 * What a topic is created with on a cluster of that many brokers (reliability B.1). With fewer than three brokers there is no second
 * copy to rely on, so each write is flushed to the disk before it is acknowledged.
 */
export const topicSettings = ({ cleanup }: TopicSpec, brokers: number): { readonly replicationFactor: number; readonly config: Readonly<Record<string, string>> } => {
  const replicationFactor = Math.min(REPLICATION_FACTOR_NEEDED, brokers)
  const replicated = replicationFactor === REPLICATION_FACTOR_NEEDED
  return {
    replicationFactor,
    config: {
      'cleanup.policy': cleanup,
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'min.insync.replicas': String(replicated ? MIN_INSYNC_NEEDED : 1),
      'unclean.leader.election.enable': 'false',
      'max.message.bytes': String(MESSAGE_BYTES_MAX),
      'compression.type': 'producer',
      'message.timestamp.type': 'CreateTime',
      ...(replicated ? {} : { 'flush.messages': '1' }),
    },
  }
}
