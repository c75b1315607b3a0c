import { LogUnavailableError, type PartitionBounds } from '../event-log.ts'
import type { KafkaCluster } from './kafka-cluster.ts'

/**
 * First offset held and next offset, per partition.
 * @throws LogUnavailableError
 */
export const fetchBounds = async (cluster: KafkaCluster, topic: string): Promise<Map<number, PartitionBounds>> => {
  try {
    if (!cluster.isConnected()) await cluster.connect()
    await cluster.addTargetTopic(topic)
    await cluster.refreshMetadataIfNecessary()
    const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ partition: partitionId }))
    // Low first: bounds taken in this order are never crossed by a deletion in between.
    const low = await offsets(cluster, topic, partitions, true)
    const next = await offsets(cluster, topic, partitions, false)
    return new Map([...next].sort(([a], [b]) => a - b).map(([partition, offset]) => [partition, { low: low.get(partition) ?? 0n, next: offset }]))
  } catch (cause) {
    await cluster.refreshMetadata().catch(() => undefined)
    throw new LogUnavailableError(`${topic}: its bounds could not be read: ${(cause as Error).message}`, { cause })
  }
}

const offsets = async (cluster: KafkaCluster, topic: string, partitions: readonly { partition: number }[], fromBeginning: boolean) => {
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }])
  return new Map(answer?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
}
