import type { Instant } from '@rollcall/domain/time'

/** What a projector is doing, for `/statusz`, `/readyz` and metrics. Counts are since the start of the process. */
export interface ProjectionStatus {
  /** Partitions that it folds. */
  owned: readonly number[]
  /** Records of these that are not folded yet, as last measured. */
  lag: bigint
  observations: number
  calls: number
  deadLetters: number
  /** Batches that were not written: the partition was another's by then, or its position had been moved. */
  refused: number
  lastAppliedAt: Instant | null
  /** Why it is not folding now; null when it is. */
  trouble: string | null
  /** Why changes are not published now; null when they are. */
  publishTrouble: string | null
}

export const newProjectionStatus = (): ProjectionStatus => ({
  owned: [],
  lag: 0n,
  observations: 0,
  calls: 0,
  deadLetters: 0,
  refused: 0,
  lastAppliedAt: null,
  trouble: 'it has not claimed its partitions yet',
  publishTrouble: null,
})
