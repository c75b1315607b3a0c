/**
 * The port every service speaks to the log through. No kafkajs type appears here. Adapters: `kafka/`, `embedded/`;
 * `testing/event-log.contract.ts` is the specification all of them pass.
 *
 * A position is the offset to read next, a bigint that grows within its partition; the record read at it may have a greater
 * one, since a log may leave gaps. The log never moves a reader: a position that is gone is an error (PositionGoneError), never a reset.
 */

/** Largest record (key, value and headers together) that every adapter takes: below Kafka's 1 MiB for a batch, which has a header of its own. */
export const RECORD_BYTES_MAX = 1_040_000

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
  /** Milliseconds from the call. After it the result is unknown: the caller resends, and the merge absorbs duplicates. */
  readonly deadlineMs: number
}

export interface ReadOptions {
  /** About how much to fetch at once, as stored (compressed, where the log compresses). */
  readonly maxBytes: number
  /** How long to wait when there is nothing to read yet. */
  readonly maxWaitMs: number
  /** Aborting ends the wait: the read resolves at once with nothing, and no position has moved. */
  readonly signal?: AbortSignal
}

export interface EventLog {
  /** `kafka` or `embedded`, and where: shown in `status` and `doctor`. */
  readonly description: string
  /** A name that differs between clusters, so that a projection notices that it is looking at another log. */
  clusterId(): Promise<string>
  /**
   * A name that differs between a topic and one of the same name that was made anew; null where only a whole log is made anew. As it was when
   * it was first asked for or appended to.
   * @throws LogUnavailableError (TopicMissingError and LogReplacedError among them)
   */
  topicId(topic: string): Promise<string | null>
  /**
   * Resolves when every record is durable under the log's own rules (Kafka: acks=all), in the log that was opened.
   * @throws LogReplacedError while another one answers in its place.
   * @throws LogUnavailableError when that is not known by the deadline: some, all or none of the records may be in the log.
   * @throws RecordTooLargeError before anything is sent.
   */
  append(topic: string, records: readonly LogRecord[], options: AppendOptions): Promise<void>
  /**
   * Records from each given position on, in order; a partition with nothing new is absent. At least one record if any exists, whatever maxBytes says.
   * @throws PositionGoneError, LogUnavailableError (TopicMissingError among them); or an adapter's own error when what the log gives back is damaged, which is never skipped.
   */
  read(topic: string, from: ReadonlyMap<number, bigint>, options: ReadOptions): Promise<ReadonlyMap<number, readonly StoredRecord[]>>
  /** @throws LogUnavailableError (TopicMissingError among them) */
  bounds(topic: string): Promise<ReadonlyMap<number, PartitionBounds>>
  /** Creates what is missing; never changes what exists. `replicationFactor` is the adapter's to choose. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>
  inspectTopics(specs: readonly TopicSpec[]): Promise<readonly TopicInspection[]>
  close(): Promise<void>
}

/** The log could not be reached or did not answer in time; trying again can help. */
export class LogUnavailableError extends Error {
  override readonly name: string = 'LogUnavailableError'
}

/**
 * The log answers, and has no such topic: not yet, or not any more. Whoever only writes waits as in any outage; whoever has read from it
 * must not wait for records that will never come back.
 */
export class TopicMissingError extends LogUnavailableError {
  readonly topic: string
  constructor(topic: string, options?: ErrorOptions) {
    super(`${topic}: the log has no such topic`, options)
    this.topic = topic
  }
}

/**
 * What answers in the log's place is another log than the one that was opened: another cluster, or a topic that was made anew. Nothing of an
 * append is taken to be in the log. Trying again helps once the first one is back.
 */
export class LogReplacedError extends LogUnavailableError {
  override readonly name = 'LogReplacedError'
  /** @param what of the log differs, such as `cluster id`. */
  constructor(what: string, opened: string, answering: string) {
    super(`another log answers in the place of the one that was opened: the ${what} was ${opened} and is ${answering}; nothing is taken for appended until the first one is back`)
  }
}

/** A record no broker would take. Trying again cannot help. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError'
  readonly topic: string
  readonly bytes: number
  constructor(topic: string, bytes: number) {
    super(`${topic}: a record of ${bytes} bytes is larger than ${RECORD_BYTES_MAX}; refuse such bodies before they reach the log`)
    this.topic = topic
    this.bytes = bytes
  }
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
