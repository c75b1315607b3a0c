import type { DayMeasures } from '@rollcall/contracts/audit-api/measures'
import { yieldSentence } from '../measures/sentence.ts'
import { counted, countText, shareText } from '../measures/share.ts'
import type { MeasureName } from '../route/route.ts'
import { durationText } from '../time/duration.ts'

const ANSWERS = { complete: 'Complete', incomplete: 'Not complete', unproven: 'Not proven yet' } as const

/** One measure of one day in a line: what a cell of the heat map says when it is pointed at, has the focus, or is read aloud. Pure. */
export const dayTip = (measure: MeasureName, day: DayMeasures): string => {
  switch (measure) {
    case 'completeness': {
      const { answer, closed, windowsExpected } = day.completeness
      if (windowsExpected === 0) return 'not taken on'
      return `${ANSWERS[answer]}: ${countText(closed.exact)} of ${counted(closed.listed, 'listed call')} held, ${countText(closed.windows)} of ${counted(windowsExpected, 'window')} closed`
    }
    case 'timeliness': {
      const { ended, recorded } = day.timeliness
      const parts = [delays(ended, 'ends of calls'), delays(recorded, 'recordings')].filter((part) => part !== null)
      return parts.length === 0 ? 'nothing to measure' : parts.join('; ')
    }
    case 'webhooks':
      return yieldSentence(day.webhooks)
    default:
      return measure satisfies never
  }
}

const delays = ({ facts, withinObjective, withinRpo, p99Seconds }: DayMeasures['timeliness']['ended'], what: string): string | null => {
  if (facts === 0) return null
  const above = facts - withinRpo
  return `${shareText(withinObjective, facts)} of ${countText(facts)} ${what} in time${p99Seconds === null ? '' : `, p99 ${durationText(p99Seconds)}`}${above > 0 ? `, ${countText(above)} above the RPO` : ''}`
}
