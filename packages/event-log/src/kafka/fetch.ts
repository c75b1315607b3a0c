import { type PartitionBounds, PositionGoneError, type StoredRecord } from '../event-log.ts'
import { fetchBounds } from './fetch-bounds.ts'
import { fetchFromBroker } from './fetch-from-broker.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { HopelessError, withFreshMetadata } from './with-fresh-metadata.ts'

/** Most bytes of one partition in one fetch, so that no partition crowds out the others. */
export const PARTITION_BYTES_MAX = 1024 * 1024
/** With several leaders each is polled this long at a time: one that has nothing must not hold back the records of another. */
export const LEADER_POLL_MS = 50

export interface Fetch {
  readonly topic: string
  readonly from: ReadonlyMap<number, bigint>
  readonly maxBytes: number
  readonly maxWaitMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Records at and after the positions. A position that a broker says is out of range is never moved but reported with what the partition does hold.
 * @throws PositionGoneError, LogUnavailableError, DamagedBatchError
 */
export const fetch = (cluster: KafkaCluster, request: Fetch): Promise<Map<number, StoredRecord[]>> =>
  withFreshMetadata(cluster, request.topic, 'reading', async () => {
    try {
      return await pollLeaders(cluster, request)
    } catch (error) {
      const gone = isOutOfRange(error) ? goneFrom(request, await fetchBounds(cluster, request.topic)) : undefined
      throw gone ?? error
    }
  })

const pollLeaders = async (cluster: KafkaCluster, request: Fetch) => {
  const deadline = performance.now() + request.maxWaitMs
  for (;;) {
    const leaders = Object.entries(cluster.findLeaderForPartitions(request.topic, [...request.from.keys()]))
    const found = leaders.reduce((count, [, partitions]) => count + partitions.length, 0)
    if (found < request.from.size) throw new HopelessError(`it has no partition ${missing(request, leaders).join(', ')}`)
    const remaining = Math.max(0, deadline - performance.now())
    const waitMs = Math.floor(leaders.length === 1 ? remaining : Math.min(remaining, LEADER_POLL_MS))
    const answers = await Promise.all(leaders.map(([nodeId, partitions]) => fetchLeader(cluster, request, nodeId, partitions, waitMs, leaders.length)))
    const records = new Map(answers.flatMap((answer) => [...answer]))
    if (records.size > 0 || remaining === 0 || request.signal?.aborted) return records
  }
}

const fetchLeader = async (cluster: KafkaCluster, { topic, from, maxBytes }: Fetch, nodeId: string, partitions: readonly number[], maxWaitTime: number, leaders: number) => {
  const broker = await cluster.findBroker({ nodeId })
  const share = Math.max(1, Math.floor(maxBytes / leaders))
  const positions = new Map(partitions.map((partition) => [partition, from.get(partition) ?? 0n]))
  return fetchFromBroker(broker, { topic, from: positions, maxBytes: share, partitionBytesMax: Math.min(share, PARTITION_BYTES_MAX), maxWaitMs: maxWaitTime })
}

const goneFrom = ({ topic, from }: Fetch, bounds: ReadonlyMap<number, PartitionBounds>): PositionGoneError | undefined => {
  for (const [partition, asked] of from) {
    const held = bounds.get(partition)
    if (held && (asked < held.low || asked > held.next)) return new PositionGoneError(topic, partition, asked, held)
  }
  return undefined
}

const missing = ({ from }: Fetch, leaders: readonly (readonly [string, readonly number[]])[]) =>
  [...from.keys()].filter((partition) => !leaders.some(([, partitions]) => partitions.includes(partition)))
const isOutOfRange = (error: unknown) => (error as { type?: string }).type === 'OFFSET_OUT_OF_RANGE'
