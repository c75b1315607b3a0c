/**
 * The recovery point objective as an error budget: of the facts of 30 days a share may be late. A burn rate says how many times as fast as that
 * the budget is being spent; an alert needs it over a long time, which shows that it matters, and over a short one, which shows that it still goes on.
 */
import { DAY, HOUR, MINUTE } from '../time.ts'
import type { Objective } from './objectives.ts'

/** What happened in some time. */
export interface FactCounts {
  readonly facts: number
  /** Not within the objective. */
  readonly late: number
  /** Not within the recovery point objective either. */
  readonly breached: number
}

/** The time the budget is for. */
export const BUDGET_MS = 30 * DAY
/** Fewer facts than this say nothing of a rate: one late call at night is no outage. */
export const FACTS_MIN = 50

export interface BurnAlert {
  readonly name: 'fast' | 'steady' | 'slow'
  readonly rate: number
  readonly longMs: number
  readonly shortMs: number
}

/** 2 % of the budget in an hour, 5 % in six hours, 10 % in three days. */
export const BURN_ALERTS: readonly BurnAlert[] = [
  { name: 'fast', rate: 14.4, longMs: HOUR, shortMs: 5 * MINUTE },
  { name: 'steady', rate: 6, longMs: 6 * HOUR, shortMs: 30 * MINUTE },
  { name: 'slow', rate: 1, longMs: 3 * DAY, shortMs: 6 * HOUR },
]

/** Every time that is looked at, shortest first, the budget's own last. */
export const BURN_TIMES_MS: readonly number[] = [...new Set([...BURN_ALERTS.flatMap(({ longMs, shortMs }) => [longMs, shortMs]), BUDGET_MS])].sort((a, b) => a - b)

/** Null where there was no fact. */
export const burnRate = ({ facts, late }: FactCounts, { share }: Pick<Objective, 'share'>): number | null => (facts === 0 ? null : late / facts / (1 - share))

/** What is left of the budget, from 1 (all) down; below 0 when more was spent than there was. Null where there was no fact. */
export const budgetLeft = (counts: FactCounts, objective: Pick<Objective, 'share'>): number | null => {
  const rate = burnRate(counts, objective)
  return rate === null ? null : 1 - rate
}

/** Which alerts hold. `over` gives the counts of the last so many milliseconds. */
export const burning = (over: (ms: number) => FactCounts, objective: Pick<Objective, 'share'>): readonly BurnAlert[] =>
  BURN_ALERTS.filter(({ rate, longMs, shortMs }) => over(longMs).facts >= FACTS_MIN && [longMs, shortMs].every((ms) => (burnRate(over(ms), objective) ?? 0) >= rate))
