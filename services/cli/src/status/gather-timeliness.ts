import { MILESTONES } from '@rollcall/domain/call/record'
import { BUDGET_MS, BURN_TIMES_MS, budgetLeft, burning } from '@rollcall/domain/slo/burn-rate'
import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '@rollcall/store/queryable'
import { readFactCounts, sumOver } from '@rollcall/store/slo/read-fact-counts'
import type { FactTimeliness } from './status.ts'

/** How soon the facts of the last 30 days were durable, and whether the error budget is spent too fast. */
export const gatherTimeliness = async (db: Queryable, account: string, now: Instant): Promise<readonly FactTimeliness[]> => {
  const all = await readFactCounts(db, account, now, BURN_TIMES_MS)
  return MILESTONES.flatMap((fact): FactTimeliness[] => {
    const counts = sumOver(all, fact, BUDGET_MS)
    const left = budgetLeft(counts, OBJECTIVES[fact])
    if (left === null) return []
    const by = Object.fromEntries(all.flatMap(({ fact: of, ms, how, facts, late, breached }) => (of === fact && ms === BUDGET_MS ? [[how, { facts, late, breached }]] : [])))
    return [{ fact, counts, by, budgetLeft: left, burning: burning((ms) => sumOver(all, fact, ms), OBJECTIVES[fact]).map(({ name }) => name) }]
  })
}
