import type { Milestone } from '../call/record.ts'
import { MINUTE } from '../time.ts'

/**
 * How soon a fact has to be durable. `within`: what the error budget is about, for this share of the facts; `never above`: the recovery point
 * objective itself, which no fact may exceed. Milliseconds.
 */
export interface Objective {
  readonly withinMs: number
  readonly share: number
  readonly neverAboveMs: number
}

/** The end of a call: after it ended. A recording: after the API last showed the call without it, since when it appeared nobody can know better. */
export const OBJECTIVES: Readonly<Record<Milestone, Objective>> = {
  ended: { withinMs: 10 * MINUTE, share: 0.999, neverAboveMs: 20 * MINUTE },
  recorded: { withinMs: 2.5 * MINUTE, share: 0.999, neverAboveMs: 5 * MINUTE },
}
