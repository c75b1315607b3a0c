/** Of a time that is drawn: how soon ends of calls were durable, as it is told, held against when the log first told of each. */
import type { Instant } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import type { Pool } from '@rollcall/store/pool'
import type { RunPlan } from '../reconcile/plan-run.ts'
import type { Reading } from './log-readings.ts'
import { byApi } from './told-day.ts'
import { delayFigures } from './true-day.ts'

/** @param readings with the calls that nobody could know of left out: those no row told of @returns how many figures were compared, and what is told otherwise */
export const holdTimeliness = async (
  pool: Pool,
  plan: RunPlan,
  readings: ReadonlyMap<string, Reading>,
  span: Window,
): Promise<{ readonly compared: number; readonly wrong: readonly string[] }> => {
  const delays = plan.calls.flatMap(({ callSid, truth: { createdAt, endedAt } }): readonly Instant[] => {
    const { ended, endedByWebhook } = readings.get(callSid) ?? { ended: Number.POSITIVE_INFINITY, endedByWebhook: Number.POSITIVE_INFINITY }
    return createdAt >= span.from && createdAt < span.to && Number.isFinite(ended) ? [Math.max(0, Math.min(ended, endedByWebhook) - endedAt)] : []
  })
  const told = await byApi(pool, plan.account, span)
  const truth = Object.entries(delayFigures(delays)) as [keyof ReturnType<typeof delayFigures>, number | null][]
  return { compared: truth.length, wrong: truth.flatMap(([name, value]) => (told[name] === value ? [] : [`${name}: told is ${told[name]}, true is ${value}`])) }
}
