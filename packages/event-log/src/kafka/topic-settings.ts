import type { TopicSpec } from '../event-log.ts'

/** One record batch at most: 1 MiB, Kafka's own default said aloud. */
export const MESSAGE_BYTES_MAX = 1024 * 1024
export const REPLICATION_FACTOR_NEEDED = 3
export const MIN_INSYNC_NEEDED = 2
/**
 * How far ahead of the broker's clock a record's time may be: any. Kafka refuses what is an hour ahead since 3.6, so that a host whose clock runs
 * ahead could take webhooks, and then not get rid of them before that time had come.
 */
export const TIMESTAMP_AHEAD_MS_NEEDED = '9223372036854775807'

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
      'message.timestamp.after.max.ms': TIMESTAMP_AHEAD_MS_NEEDED,
      ...(replicated ? {} : { 'flush.messages': '1' }),
    },
  }
}
