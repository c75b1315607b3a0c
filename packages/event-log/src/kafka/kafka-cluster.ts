import { createRequire } from 'node:module'
import { type KafkaClientOptions, kafkaClient, kafkaClientConfig } from './kafka-client.ts'

/**
 * The door to kafkajs's insides: metadata, leaders, connections and requests, without its producer and its consumer.
 *
 * Writing goes round its producer because encoding was most of an ingest process's CPU (see `record-batch.ts`). Positions and partition ownership live in Postgres, so reading is a plain fetch at explicit offsets. kafkajs has no `assign()`; its
 * consumer groups would bring rebalance loops, a silent reset when a position is out of range, and a race between seeking and
 * the first delivery. None of that code runs here. kafkajs is frozen at 2.2.4 and pinned exactly, so its insides do not move;
 * `kafka-event-log.int.test.ts` would notice if they did.
 */
export interface KafkaCluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  isConnected(): boolean
  /** From then on the topic is part of every metadata refresh. Throws UNKNOWN_TOPIC_OR_PARTITION when it does not exist. */
  addTargetTopic(topic: string): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  findTopicPartitionMetadata(topic: string): { readonly partitionId: number; readonly leader: number; readonly replicas: readonly number[] }[]
  /** Node id to partitions; a partition that does not exist is left out. */
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>
  findBroker(node: { readonly nodeId: string }): Promise<KafkaBroker>
  readonly brokerPool: {
    /** Any broker, connected where none was yet. */
    findConnectedBroker(): Promise<KafkaBroker>
  }
  fetchTopicsOffset(
    topics: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number }[]; readonly fromBeginning: boolean }[],
  ): Promise<{ readonly topic: string; readonly partitions: { readonly partition: number; readonly offset: string }[] }[]>
}

export interface KafkaBroker {
  readonly connectionPool: {
    /** Sends one request and gives what `parse(decode(answer))` gives; fetches have a connection of their own. */
    send<Decoded, Answer>(protocol: Protocol<Decoded, Answer>): Promise<Answer>
    /** The first is what everything but fetches goes by, whose socket is another one after each reconnection. */
    readonly pool: readonly { readonly socket?: object }[]
  }
}

export interface Protocol<Decoded, Answer> {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    /** kafkajs copies `buffer`, and looks at `buf` only to see that there is one. */
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>
  }
  readonly response: {
    decode(answer: Buffer): Promise<Decoded>
    parse(decoded: Decoded): Promise<Answer>
  }
  /** Milliseconds; the client's own where it is longer. */
  readonly requestTimeout?: number
}

/** Kafka's code of UNKNOWN_TOPIC_OR_PARTITION. */
export const UNKNOWN_PARTITION = 3

/** A broker's error code as an error with its name in `type`, such as OFFSET_OUT_OF_RANGE. */
export const brokerError: (code: number) => Error & { readonly type: string } = createRequire(import.meta.url)('kafkajs/src/protocol/error').createErrorFromCode

/**
 * Uncommitted is what we want: our writers use no transactions, and a stranger's forgotten one must not hold back every reader.
 */
export const READ_UNCOMMITTED = 0

const METADATA_MS_MAX = 60_000

const require = createRequire(import.meta.url)
const Cluster: new (options: object) => KafkaCluster = require('kafkajs/src/cluster')
const createSocketFactory: () => unknown = require('kafkajs/src/network/socketFactory')

/** A cluster client with connections and metadata of its own; not connected yet. */
export const openCluster = (options: KafkaClientOptions): KafkaCluster =>
  new Cluster({
    ...kafkaClientConfig(options),
    logger: kafkaClient(options).logger(),
    socketFactory: createSocketFactory(),
    metadataMaxAge: METADATA_MS_MAX,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    isolationLevel: READ_UNCOMMITTED,
  })
