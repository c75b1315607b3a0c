/** What a leader answered of one partition of a batch. */
export interface Acknowledgement {
  readonly topic: string
  readonly partition: number
  /** How many records were sent. */
  readonly records: number
  /** Kafka's; 0 where all its replicas in sync have them. */
  readonly code: number
  /** The offset of the first of them; what it is where they were not taken means nothing. */
  readonly baseOffset: bigint
}
