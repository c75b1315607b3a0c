import type { Completeness, DayMeasures, Delays, WebhookYield } from '@rollcall/contracts/audit-api/measures'
import type { MeasureName } from '../route/route.ts'

/** How a cell looks. Each has a colour, a shape of its own, and words: none is told by its colour alone. */
export type Level = 'good' | 'fair' | 'poor' | 'bad' | 'wait' | 'gap' | 'none'

/** Of facts that were durable later than their objective, this share is allowed (docs/measures.md). */
const ALLOWED_LATE = 0.001
const FAIR_YIELD = 0.99
const POOR_YIELD = 0.95

/** What one day's measure looks like on the heat map. Pure. */
export const dayLevel = (measure: MeasureName, day: Pick<DayMeasures, MeasureName>): Level => {
  switch (measure) {
    case 'completeness':
      return completenessLevel(day.completeness)
    case 'timeliness':
      return worse(delaysLevel(day.timeliness.ended), delaysLevel(day.timeliness.recorded))
    case 'webhooks':
      return yieldLevel(day.webhooks)
    default:
      return measure satisfies never
  }
}

export const completenessLevel = ({ answer, byState, windowsExpected }: Completeness): Level => {
  if (answer === 'complete') return 'good'
  if (answer === 'incomplete') return 'bad'
  if (windowsExpected === 0 || Object.keys(byState).length === 0) return 'none'
  return (byState.gap?.windows ?? 0) > 0 ? 'gap' : 'wait'
}

export const delaysLevel = ({ facts, withinObjective, withinRpo }: Delays): Level => {
  if (facts === 0) return 'none'
  if (withinRpo < facts) return facts - withinRpo > facts / 100 ? 'bad' : 'poor'
  return facts - withinObjective <= facts * ALLOWED_LATE ? 'good' : 'fair'
}

export const yieldLevel = ({ expected, arrived, missing, pending }: WebhookYield): Level => {
  if (expected === 0) return 'none'
  if (missing === 0) return pending > 0 ? 'wait' : 'good'
  const share = arrived / (arrived + missing)
  return share >= FAIR_YIELD ? 'fair' : share >= POOR_YIELD ? 'poor' : 'bad'
}

const ORDER: readonly Level[] = ['none', 'good', 'wait', 'fair', 'gap', 'poor', 'bad']
const worse = (one: Level, other: Level): Level => (ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other)

/** What the levels of a measure mean, best first: its legend. */
export const LEGENDS: Readonly<Record<MeasureName, readonly (readonly [Level, string])[]>> = {
  completeness: [
    ['good', 'complete'],
    ['wait', 'not proven yet'],
    ['gap', 'has a gap'],
    ['bad', 'not complete'],
    ['none', 'not taken on'],
  ],
  timeliness: [
    ['good', 'in time'],
    ['fair', 'objective missed, RPO held'],
    ['poor', 'RPO missed, by up to 1 %'],
    ['bad', 'RPO missed by more'],
    ['none', 'no facts'],
  ],
  webhooks: [
    ['good', 'all arrived'],
    ['wait', 'some pending'],
    ['fair', '≥ 99 % arrived'],
    ['poor', '≥ 95 % arrived'],
    ['bad', 'less'],
    ['none', 'none expected'],
  ],
}
