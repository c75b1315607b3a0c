import type { DayMeasures } from '@rollcall/contracts/audit-api/measures'
import { countText } from '../measures/share.ts'
import type { ChartData } from '../parts/chart-data.ts'
import type { MeasureName } from '../route/route.ts'
import { durationText } from '../time/duration.ts'
import { dayText } from '../time/ist.ts'

/** The line below the heat map: of one measure, what a colour cannot say. Pure. */
export const trendOf = (measure: MeasureName, days: readonly DayMeasures[]): ChartData => {
  const at = days.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1_000)
  const whenText = (index: number) => dayText(days[index]?.day ?? '')
  const axisText = (date: Date) => dayText(date.toISOString().slice(0, 10)).slice(0, -5)
  switch (measure) {
    case 'completeness':
      return {
        title: 'Calls that Exotel listed in closed windows, by day',
        at,
        whenText,
        axisText,
        series: [{ label: 'listed calls', values: days.map(({ completeness }) => (completeness.windowsExpected === 0 ? null : completeness.closed.listed)), text: countText }],
      }
    case 'timeliness':
      return {
        title: '99 of 100 were held within so long, by day',
        at,
        whenText,
        axisText,
        series: [
          { label: 'ends of calls', values: days.map(({ timeliness }) => timeliness.ended.p99Seconds), text: durationText },
          { label: 'recordings', values: days.map(({ timeliness }) => timeliness.recorded.p99Seconds), text: durationText },
        ],
      }
    case 'webhooks':
      return {
        title: 'Expected webhooks that are missing, by day',
        at,
        whenText,
        axisText,
        series: [{ label: 'missing webhooks', values: days.map(({ webhooks }) => (webhooks.expected === 0 ? null : webhooks.missing)), text: countText }],
      }
    default:
      return measure satisfies never
  }
}
