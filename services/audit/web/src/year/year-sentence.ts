import type { DayMeasures } from '@rollcall/contracts/audit-api/measures'
import { dayLevel, type Level } from '../measures/level.ts'
import { counted } from '../measures/share.ts'
import type { MeasureName } from '../route/route.ts'
import { dayText } from '../time/ist.ts'

/** What the heat map says, in a sentence or two. Pure. */
export const yearSentence = (measure: MeasureName, days: readonly DayMeasures[]): string => {
  const at = (...levels: Level[]) => days.filter((day) => levels.includes(dayLevel(measure, day)))
  const measured = days.length - at('none').length
  if (measured === 0) return 'Nothing was measured on any of these days.'
  const latest = (some: readonly DayMeasures[]) => (some.length === 0 ? '' : ` The latest of those is ${dayText(some.at(-1)?.day ?? '')}.`)
  switch (measure) {
    case 'completeness': {
      const bad = at('bad')
      const rest = at('wait', 'gap').length
      return `${counted(at('good').length, 'day')} of ${measured} ${at('good').length === 1 ? 'is' : 'are'} complete, ${rest} not proven, ${bad.length} not complete.${latest(bad)}`
    }
    case 'timeliness': {
      const late = at('poor', 'bad')
      return `On ${counted(measured - late.length, 'day')} of ${measured} nothing was later than the RPO; on ${late.length} something was.${latest(late)}`
    }
    case 'webhooks': {
      const lacking = at('fair', 'poor', 'bad')
      return `On ${counted(at('good').length, 'day')} of ${measured} every expected webhook arrived; on ${lacking.length} some are missing.${latest(lacking)}`
    }
    default:
      return measure satisfies never
  }
}
