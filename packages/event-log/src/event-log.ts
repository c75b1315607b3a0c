/**
 * The port every service speaks to the log through. No kafkajs type appears here. Adapters: `kafka/`, `embedded/`;
 * `testing/event-log.contract.ts` is the specification all of them pass.
 *
 * Positions: `offset` of a record is a bigint, dense or increasing per partition; "next" is the offset to read from.
 * The log never moves a reader: a position that is gone is an error (PositionGoneError), never a reset.
 */
export interface LogRecord {
  /** Decides the partition: equal keys share one, and keep their order within one append. */
  readonly key: string
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** Epoch milliseconds. */
  readonly timestamp: number
}

export interface StoredRecord extends LogRecord {
  readonly partition: number
  readonly offset: bigint
}

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  readonly cleanup: 'delete' | 'compact'
}

/** What the broker says of a topic. `problems` is empty when it is safe to hold the truth (design §5, reliability B.1). */
export interface TopicInspection {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly problems: readonly TopicProblem[]
}

export interface TopicProblem {
  readonly setting: string
  readonly value: string
  readonly needed: string
  readonly howToFix: string
}

export interface PartitionBounds {
  /** First offset still held. */
  readonly low: bigint
  /** Offset the next record will get. */
  readonly next: bigint
}

export interface AppendOptions {
  /** Our own deadline. After it the result is unknown: the caller resends, and the merge absorbs duplicates. */
  readonly deadlineMs: number
}

export interface ReadOptions {
  readonly maxBytes: number
  /** How long to wait when there is nothing to read yet. */
  readonly maxWaitMs: number
  readonly signal?: AbortSignal
}

export interface EventLog {
  /** `kafka` or `embedded`, and where: shown in `status` and `doctor`. */
  readonly description: string
  /** A name that differs between clusters, so that a projection notices that it is looking at another log. */
  clusterId(): Promise<string>
  /** Resolves when every record is durable under the log's own rules (Kafka: acks=all). Rejects with LogUnavailableError otherwise. */
  append(topic: string, records: readonly LogRecord[], options: AppendOptions): Promise<void>
  /** Records from each given position on; a partition with nothing new is absent. At least one record if any exists, whatever maxBytes says. */
  read(topic: string, from: ReadonlyMap<number, bigint>, options: ReadOptions): Promise<ReadonlyMap<number, readonly StoredRecord[]>>
  bounds(topic: string): Promise<ReadonlyMap<number, PartitionBounds>>
  /** Creates what is missing; never changes what exists. `replicationFactor` is the adapter's to choose. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>
  inspectTopics(specs: readonly TopicSpec[]): Promise<readonly TopicInspection[]>
  close(): Promise<void>
}

/** The log could not be reached or did not answer in time; trying again can help. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError'
}

/** The position asked for is below the first record held or beyond the end. Trying again cannot help: a person must look. */
export class PositionGoneError extends Error {
  override readonly name = 'PositionGoneError'
  readonly topic: string
  readonly partition: number
  readonly asked: bigint
  readonly held: PartitionBounds
  constructor(topic: string, partition: number, asked: bigint, held: PartitionBounds) {
    super(`${topic}[${partition}]: position ${asked} is not in the log, which holds [${held.low}, ${held.next})`)
    this.topic = topic
    this.partition = partition
    this.asked = asked
    this.held = held
  }
}
