/** What `rollcall start` was asked for. */
export interface StartOptions {
  readonly fresh: boolean
  readonly eventLog: 'auto' | 'kafka' | 'embedded'
  readonly kafkaNodes: 1 | 3
  readonly callsPerSecond: number
  readonly dropRate: number
  readonly seed: number
  /** Null: INGEST_WORKERS, or one. */
  readonly workers: number | null
  /** A bounded run: so many seconds of calls, then the balance. Null: until stopped. */
  readonly forSeconds: number | null
  readonly plain: boolean
  readonly allowUnsafeTopics: boolean
}
