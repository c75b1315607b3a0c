import { MILESTONES } from '@rollcall/domain/call/record'
import { BUDGET_MS, BURN_TIMES_MS, budgetLeft, burnRate } from '@rollcall/domain/slo/burn-rate'
import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import { HOUR, MINUTE } from '@rollcall/domain/time'
import { type FactCountsOver, readFactCounts, sumOver } from '@rollcall/store/slo/read-fact-counts'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { ReconcilerDeps } from './reconciler-deps.ts'

type Observed = Pick<ReconcilerDeps, 'account' | 'pool' | 'clock'>

/** Whoever asks for metrics more often gets what was read a minute ago. */
const READ_EVERY_MS = MINUTE

/** Shows how soon facts were durable, as burn rates of the error budget and what is left of it, whenever metrics are read. Without the database nothing is shown: absent is not 0. */
export const observeTimeliness = (accounts: readonly Observed[]): void => {
  const gauge = (name: string, description: string) => meter().createObservableGauge(name, { description })
  const rate = gauge(METRICS.timelinessBurnRate, 'How many times as fast as allowed the error budget is spent')
  const facts = gauge(METRICS.timelinessFacts, 'Facts that became durable')
  const breached = gauge(METRICS.timelinessBreached, 'Facts of the last hour that became durable later than the recovery point objective allows')
  const left = gauge(METRICS.timelinessBudgetLeft, 'What is left of the error budget of 30 days, from 1 down')
  const readers = accounts.map(readOncePerMinute)
  meter().addBatchObservableCallback(
    async (result) => {
      for (const read of readers) {
        const known = await read().catch(() => null)
        if (known === null) continue
        const { account, counts } = known
        for (const fact of MILESTONES) {
          for (const ms of BURN_TIMES_MS) {
            const over = sumOver(counts, fact, ms)
            result.observe(facts, over.facts, { account, fact, window: windowName(ms) })
            result.observe(rate, burnRate(over, OBJECTIVES[fact]) ?? 0, { account, fact, window: windowName(ms) })
          }
          result.observe(breached, sumOver(counts, fact, HOUR).breached, { account, fact })
          result.observe(left, budgetLeft(sumOver(counts, fact, BUDGET_MS), OBJECTIVES[fact]) ?? 1, { account, fact })
        }
      }
    },
    [rate, facts, breached, left],
  )
}

const readOncePerMinute = ({ account, pool, clock }: Observed) => {
  let known: { readonly at: number; readonly account: string; readonly counts: readonly FactCountsOver[] } | null = null
  return async () => {
    const now = clock()
    if (known === null || Math.abs(now - known.at) >= READ_EVERY_MS) known = { at: now, account, counts: await readFactCounts(pool, account, now, BURN_TIMES_MS) }
    return known
  }
}

/** As Prometheus writes times: `5m`, `6h`, `3d`. */
const windowName = (ms: number): string => (ms < HOUR ? `${ms / MINUTE}m` : ms < 24 * HOUR ? `${ms / HOUR}h` : `${ms / (24 * HOUR)}d`)
