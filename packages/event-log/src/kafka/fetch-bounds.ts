import type { PartitionBounds } from '../event-log.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { withFreshMetadata } from './with-fresh-metadata.ts'

/**
 * First offset held and next offset, per partition.
 * @throws LogUnavailableError
 */
export const fetchBounds = (cluster: KafkaCluster, topic: string): Promise<Map<number, PartitionBounds>> =>
  withFreshMetadata(cluster, topic, 'reading its bounds', async () => {
    const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ partition: partitionId }))
    // Low first: bounds taken in this order are never crossed by a deletion in between.
    const low = await offsets(cluster, topic, partitions, true)
    const next = await offsets(cluster, topic, partitions, false)
    return new Map([...next].sort(([a], [b]) => a - b).map(([partition, offset]) => [partition, { low: low.get(partition) ?? 0n, next: offset }]))
  })

const offsets = async (cluster: KafkaCluster, topic: string, partitions: readonly { partition: number }[], fromBeginning: boolean) => {
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }])
  return new Map(answer?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
}
