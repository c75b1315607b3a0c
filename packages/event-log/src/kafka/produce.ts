import type { LogRecord } from '../event-log.ts'
import { partitionOf } from '../partition-of.ts'
import { encodeRecordBatch } from './encode-record-batch.ts'
import { brokerError, type KafkaBroker, type KafkaCluster } from './kafka-cluster.ts'
import type { Batch } from './send-queue.ts'

/** How long the leader may take to gather its replicas' acknowledgements. */
const REPLICAS_MS_MAX = 10_000
const ALL_REPLICAS = -1
/** Kafka's code of UNKNOWN_TOPIC_OR_PARTITION. */
const UNKNOWN_PARTITION = 3
const PRODUCE = { apiKey: 0, apiName: 'Produce', apiVersion: 7 }

interface PartitionBatch {
  readonly topic: string
  readonly partition: number
  readonly encoded: Buffer
}

/**
 * Sends a batch to the leaders of its partitions, in parallel, and resolves when all in-sync replicas of all of them have it.
 * Rejects with the first error; what was written by then stays written. Not idempotent on purpose: duplicates are harmless here.
 */
export const produce = async (cluster: KafkaCluster, batch: Batch): Promise<void> => {
  for (const topic of batch.keys()) await cluster.addTargetTopic(topic)
  await cluster.refreshMetadataIfNecessary()
  const byLeader = new Map<string, PartitionBatch[]>()
  let unsent = 0
  for (const [topic, records] of batch) {
    const partitioned = byPartition(records, cluster.findTopicPartitionMetadata(topic).length)
    unsent += partitioned.size
    const leaders = cluster.findLeaderForPartitions(topic, [...partitioned.keys()])
    for (const [nodeId, partitions] of Object.entries(leaders)) {
      const encoded = partitions.map((partition) => ({ topic, partition, encoded: encodeRecordBatch(partitioned.get(partition) ?? []) }))
      byLeader.set(nodeId, [...(byLeader.get(nodeId) ?? []), ...encoded])
      unsent -= encoded.length
    }
  }
  // A partition that the metadata does not name has no leader to send to; leaving it out would acknowledge what was never sent.
  if (unsent !== 0) throw brokerError(UNKNOWN_PARTITION)
  await Promise.all([...byLeader].map(async ([nodeId, batches]) => send(await cluster.findBroker({ nodeId }), batches)))
}

const byPartition = (records: readonly LogRecord[], partitions: number): Map<number, LogRecord[]> => {
  if (partitions === 0) throw brokerError(UNKNOWN_PARTITION)
  const partitioned = new Map<number, LogRecord[]>()
  for (const record of records) {
    const partition = partitionOf(record.key, partitions)
    const list = partitioned.get(partition)
    if (list) list.push(record)
    else partitioned.set(partition, [record])
  }
  return partitioned
}

const send = (broker: KafkaBroker, batches: readonly PartitionBatch[]): Promise<void> =>
  broker.connectionPool.send({
    request: {
      ...PRODUCE,
      encode: async () => {
        const buffer = encodeRequest(batches)
        return { buf: buffer, buffer }
      },
    },
    response: {
      decode: async (answer) => errorCodes(answer),
      parse: async (codes) => {
        const failed = codes.find((code) => code !== 0)
        if (failed !== undefined) throw brokerError(failed)
        if (codes.length !== batches.length) throw new Error(`the broker answered for ${codes.length} of ${batches.length} partitions`)
      },
    },
  })

/** transactional id (none) | acks i16 | timeout i32 | topics [name | partitions [partition i32 | record batch]] */
const encodeRequest = (batches: readonly PartitionBatch[]): Buffer => {
  const topics = [...new Set(batches.map(({ topic }) => topic))]
  const head = Buffer.alloc(12)
  head.writeInt16BE(-1, 0)
  head.writeInt16BE(ALL_REPLICAS, 2)
  head.writeInt32BE(REPLICAS_MS_MAX, 4)
  head.writeInt32BE(topics.length, 8)
  const parts: Buffer[] = [head]
  for (const topic of topics) {
    const ofTopic = batches.filter((batch) => batch.topic === topic)
    parts.push(encodeText(topic), encodeInts(ofTopic.length))
    for (const { partition, encoded } of ofTopic) parts.push(encodeInts(partition, encoded.length), encoded)
  }
  return Buffer.concat(parts)
}

const encodeInts = (...numbers: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length)
  for (const [index, number] of numbers.entries()) bytes.writeInt32BE(number, 4 * index)
  return bytes
}

const encodeText = (text: string): Buffer => {
  const bytes = Buffer.alloc(2 + Buffer.byteLength(text))
  bytes.writeInt16BE(bytes.length - 2, 0)
  bytes.write(text, 2)
  return bytes
}

/** Of each partition. topics [name | partitions [partition i32 | error i16 | base offset i64 | append time i64 | start offset i64]] | throttle i32 */
const errorCodes = (answer: Buffer): number[] => {
  const codes: number[] = []
  let at = 4
  for (let topics = answer.readInt32BE(0); topics > 0; topics -= 1) {
    at += 2 + answer.readInt16BE(at)
    const partitions = answer.readInt32BE(at)
    at += 4
    for (let index = 0; index < partitions; index += 1) {
      codes.push(answer.readInt16BE(at + 4))
      at += 30
    }
  }
  return codes
}
