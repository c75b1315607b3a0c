import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import { durationText } from '../terminal/duration-text.ts'
import type { FactTimeliness } from './status.ts'

const NAMES = { ended: 'ends of calls', recorded: 'recordings' } as const

/** How soon facts were durable, as labelled rows. Pure. */
export const renderTimeliness = (timeliness: readonly FactTimeliness[]): readonly (readonly [label: string, text: string])[] =>
  timeliness.map(({ fact, counts, by, budgetLeft, burning }) => {
    const within = counts.facts - counts.late
    const parts = [
      `${within} of ${counts.facts} within ${durationText(OBJECTIVES[fact].withinMs)} in 30 days`,
      `${(budgetLeft * 100).toFixed(0)} % of the budget left`,
      ...(counts.breached === 0 ? [] : [`${counts.breached} LATER THAN THE RPO of ${durationText(OBJECTIVES[fact].neverAboveMs)}`]),
      ...(burning.length === 0 ? [] : [`BURNING (${burning.join(', ')})`]),
    ]
    const ways = Object.entries(by).map(([how, { facts }]) => `${facts} ${how}`)
    return [NAMES[fact], `${parts.join('; ')}; by ${ways.join(', ')}`]
  })
