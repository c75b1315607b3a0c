import { createRequire } from 'node:module'
import type { StoredRecord } from '../event-log.ts'
import { decodeRecordBatches } from './decode-record-batches.ts'
import { brokerError, type KafkaBroker, type Protocol, READ_UNCOMMITTED } from './kafka-cluster.ts'

export interface BrokerFetch {
  readonly topic: string
  readonly from: ReadonlyMap<number, bigint>
  readonly maxBytes: number
  readonly partitionBytesMax: number
  readonly maxWaitMs: number
}

/** Above maxWaitMs: how long an answer may be on its way. */
const NETWORK_MS_MAX = 5_000

const encodeFetch: (request: object) => Protocol<never, never>['request'] = createRequire(import.meta.url)('kafkajs/src/protocol/requests/fetch/v11/request')

/**
 * One fetch from the broker that leads the partitions. It waits up to maxWaitMs for the first record.
 * @throws The broker's error of the first partition that has one.
 */
export const fetchFromBroker = (broker: KafkaBroker, { topic, from, maxBytes, partitionBytesMax, maxWaitMs }: BrokerFetch): Promise<Map<number, StoredRecord[]>> => {
  const partitions = shuffled([...from]).map(([partition, offset]) => ({ partition, fetchOffset: offset.toString(), maxBytes: partitionBytesMax }))
  return broker.connectionPool.send({
    request: encodeFetch({ replicaId: -1, isolationLevel: READ_UNCOMMITTED, maxWaitTime: maxWaitMs, minBytes: 1, maxBytes, topics: [{ topic, partitions }] }),
    response: {
      decode: async (answer) => decodeAnswer(answer),
      parse: async (answers) => {
        const records = new Map<number, StoredRecord[]>()
        for (const { partition, errorCode, batches } of answers) {
          if (errorCode !== 0) throw brokerError(errorCode)
          const found = decodeRecordBatches(batches, partition, from.get(partition) ?? 0n)
          if (found.length > 0) records.set(partition, found)
        }
        return records
      },
    },
    requestTimeout: maxWaitMs + NETWORK_MS_MAX,
  })
}

/** A broker fills an answer in the order it was asked; always the same order would starve the last partitions while the first have a backlog (KIP-74). */
const shuffled = <T>(items: T[]): T[] => {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1))
    const swapped = items[last] as T
    items[last] = items[other] as T
    items[other] = swapped
  }
  return items
}

interface PartitionAnswer {
  readonly partition: number
  readonly errorCode: number
  readonly batches: Buffer
}

/**
 * throttle i32 | error i16 | session i32 | topics [name | partitions [partition i32 | error i16 | high watermark i64 | last stable offset i64
 * | start offset i64 | aborted transactions [producer i64, first offset i64] | preferred replica i32 | record batches]]
 */
const decodeAnswer = (answer: Buffer): PartitionAnswer[] => {
  if (answer.readInt16BE(4) !== 0) throw brokerError(answer.readInt16BE(4))
  const partitions: PartitionAnswer[] = []
  let at = 14
  for (let topics = answer.readInt32BE(10); topics > 0; topics -= 1) {
    at += 2 + answer.readInt16BE(at)
    let left = answer.readInt32BE(at)
    at += 4
    for (; left > 0; left -= 1) {
      const partition = answer.readInt32BE(at)
      const errorCode = answer.readInt16BE(at + 4)
      const aborted = Math.max(0, answer.readInt32BE(at + 30))
      at += 34 + 16 * aborted + 4
      const size = Math.max(0, answer.readInt32BE(at))
      at += 4
      partitions.push({ partition, errorCode, batches: answer.subarray(at, at + size) })
      at += size
    }
  }
  return partitions
}
