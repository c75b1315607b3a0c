/** One of the two that receive callbacks and write them to Kafka, running. */
export interface Contestant {
  readonly url: string
  readonly pid: number
  /** How many deliveries were answered without Kafka's acknowledgement; null where that cannot be. */
  spooledOnly(): Promise<number | null>
  stop(): Promise<void>
}

export interface ContestantOptions {
  readonly processes: number
  readonly brokers: readonly string[]
  /** Its own, empty. */
  readonly directory: string
  /** For CPU profiles of Rollcall's processes; null for none. */
  readonly profileDirectory: string | null
  readonly signal: AbortSignal
}
