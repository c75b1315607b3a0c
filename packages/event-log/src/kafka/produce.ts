import type { LogRecord } from '../event-log.ts'
import { partitionOf } from '../partition-of.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import { encodeRecordBatch } from './encode-record-batch.ts'
import { brokerError, type KafkaBroker, type KafkaCluster, UNKNOWN_PARTITION } from './kafka-cluster.ts'
import type { LogGuard } from './log-guard.ts'
import type { Batch } from './send-queue.ts'

/** How long the leader may take to gather its replicas' acknowledgements. */
const REPLICAS_MS_MAX = 10_000
const ALL_REPLICAS = -1
const UNKNOWN_SERVER_ERROR = -1
const PRODUCE = { apiKey: 0, apiName: 'Produce', apiVersion: 7 }

interface PartitionBatch {
  readonly topic: string
  readonly partition: number
  readonly records: readonly LogRecord[]
}

export interface Produced {
  /** What no broker acknowledged; whether it was written is unknown. Empty when all of it is durable. */
  readonly unacknowledged: Batch
  /** Why, of the first partition that failed. */
  readonly error?: unknown
}

/**
 * Sends a batch to the leaders of its partitions, in parallel, and resolves when each has answered: a partition is acknowledged once
 * all its in-sync replicas have it, and the guard knows that it is of the right log. Not idempotent on purpose: what is sent again may be a duplicate, which is harmless here.
 */
export const produce = async (cluster: KafkaCluster, guard: LogGuard, batch: Batch): Promise<Produced> => {
  for (const topic of batch.keys()) await cluster.addTargetTopic(topic)
  await cluster.refreshMetadataIfNecessary()
  const byLeader = assign(cluster, batch)
  const outcomes = await Promise.all(
    [...byLeader].map(async ([nodeId, batches]) => {
      try {
        const broker = await cluster.findBroker({ nodeId })
        const acknowledgements = await guard.send(broker, [...new Set(batches.map(({ topic }) => topic))], () => send(broker, batches))
        return batches.map((each, index) => ({ ...each, error: errorOf(acknowledgements[index]?.code) }))
      } catch (error) {
        return batches.map((each) => ({ ...each, error }))
      }
    }),
  )
  const failed = outcomes.flat().filter(({ error }) => error !== null)
  const unacknowledged = new Map<string, LogRecord[]>()
  for (const { topic, records } of failed) unacknowledged.set(topic, [...(unacknowledged.get(topic) ?? []), ...records])
  return { unacknowledged, error: failed[0]?.error }
}

const errorOf = (code = UNKNOWN_SERVER_ERROR): Error | null => (code === 0 ? null : brokerError(code))

/** Every record to the leader of its partition. Throws where the metadata names none: leaving one out would acknowledge what was never sent. */
const assign = (cluster: KafkaCluster, batch: Batch): Map<string, PartitionBatch[]> => {
  const byLeader = new Map<string, PartitionBatch[]>()
  let missing = 0
  for (const [topic, records] of batch) {
    const partitioned = byPartition(records, cluster.findTopicPartitionMetadata(topic).length)
    missing += partitioned.size
    for (const [nodeId, partitions] of Object.entries(cluster.findLeaderForPartitions(topic, [...partitioned.keys()]))) {
      const batches = partitions.map((partition) => ({ topic, partition, records: partitioned.get(partition) ?? [] }))
      byLeader.set(nodeId, [...(byLeader.get(nodeId) ?? []), ...batches])
      missing -= batches.length
    }
  }
  if (missing !== 0) throw brokerError(UNKNOWN_PARTITION)
  return byLeader
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

/** One acknowledgement for each batch. A partition that the answer leaves out was not acknowledged. */
const send = async (broker: KafkaBroker, batches: readonly PartitionBatch[]): Promise<readonly Acknowledgement[]> => {
  const answered = await request(broker, batches)
  return batches.map(({ topic, partition, records }) => ({
    topic,
    partition,
    records: records.length,
    ...(answered.get(`${topic}/${partition}`) ?? { code: UNKNOWN_SERVER_ERROR, baseOffset: 0n }),
  }))
}

type Answered = ReadonlyMap<string, Pick<Acknowledgement, 'code' | 'baseOffset'>>

/** By `topic/partition`. */
const request = (broker: KafkaBroker, batches: readonly PartitionBatch[]): Promise<Answered> =>
  broker.connectionPool.send({
    request: {
      ...PRODUCE,
      encode: async () => {
        const buffer = encodeRequest(batches)
        return { buf: buffer, buffer }
      },
    },
    response: { decode: async (answer) => decodeAnswer(answer), parse: async (answered) => answered },
  })

/** transactional id (none) | acks i16 | timeout i32 | topics [name | partitions [partition i32 | record batch]] */
export const encodeRequest = (batches: readonly PartitionBatch[]): Buffer => {
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
    for (const { partition, records } of ofTopic) {
      const encoded = encodeRecordBatch(records)
      parts.push(encodeInts(partition, encoded.length), encoded)
    }
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

/** topics [name | partitions [partition i32 | error i16 | base offset i64 | append time i64 | start offset i64]] | throttle i32 */
const decodeAnswer = (answer: Buffer): Answered => {
  const answered = new Map<string, Pick<Acknowledgement, 'code' | 'baseOffset'>>()
  let at = 4
  for (let topics = answer.readInt32BE(0); topics > 0; topics -= 1) {
    const nameEnd = at + 2 + answer.readInt16BE(at)
    const topic = answer.toString('utf8', at + 2, nameEnd)
    at = nameEnd + 4
    for (let left = answer.readInt32BE(nameEnd); left > 0; left -= 1) {
      answered.set(`${topic}/${answer.readInt32BE(at)}`, { code: answer.readInt16BE(at + 4), baseOffset: answer.readBigInt64BE(at + 6) })
      at += 30
    }
  }
  return answered
}
