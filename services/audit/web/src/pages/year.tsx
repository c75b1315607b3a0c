import type { DayMeasures } from '@rollcall/contracts/audit-api/measures'
import { useAnswer } from '../api/use-answer.ts'
import { dayLevel, LEGENDS } from '../measures/level.ts'
import { Chart } from '../parts/chart.tsx'
import { Condition } from '../parts/condition.tsx'
import { Legend } from '../parts/legend.tsx'
import { MEASURE_ASKS, MEASURE_TITLES, MeasureSwitch } from '../parts/measure-switch.tsx'
import { useTitle } from '../parts/title.ts'
import { linkTo, type MeasureName, type Route } from '../route/route.ts'
import { goTo } from '../route/use-route.ts'
import { addDays, daysBetween, dayText, istDay } from '../time/ist.ts'
import { HeatMap } from '../year/heat-map.tsx'
import { firstDayOf } from '../year/months.ts'
import { trendOf } from '../year/trend.ts'
import { yearSentence } from '../year/year-sentence.ts'

/** An account's year, by one measure at a time. */
export const Year = ({ route }: { route: Extract<Route, { page: 'year' }> }) => {
  const { account, measure } = route
  const today = istDay(new Date().toISOString())
  const last = route.until !== null && route.until < today ? route.until : today
  const first = firstDayOf(last)
  useTitle(`${account}: ${MEASURE_TITLES[measure]} by day`)
  const asked = useAnswer('days', { params: { account }, query: { from: first, to: last } }, { live: last === today })
  return (
    <>
      <div class="head">
        <div>
          <h1>{account}</h1>
          <p class="quiet">
            {dayText(first)} to {dayText(last)}, days of IST. {MEASURE_ASKS[measure]}
          </p>
        </div>
        <MeasureSwitch route={route} />
      </div>
      <div class="tools">
        <a class="button" href={linkTo({ ...route, until: addDays(first, -1) })}>
          ← The year before
        </a>
        {last !== today && (
          <a class="button" href={linkTo({ ...route, until: null })}>
            Up to today →
          </a>
        )}
        <label class="inline">
          Go to a day
          <input
            type="date"
            max={today}
            onChange={({ currentTarget }) => {
              if (currentTarget.value !== '') goTo({ page: 'day', account, day: currentTarget.value, measure, asOf: null })
            }}
          />
        </label>
      </div>
      <Condition asked={asked} what="the days of the year">
        {({ days }) => (
          <>
            <p class="verdict">{yearSentence(measure, days)}</p>
            <Legend entries={legend(measure, days, first, last)} />
            <HeatMap account={account} days={days} measure={measure} first={first} last={last} today={today} />
            <Chart {...trendOf(measure, days)} open={(index) => goTo({ page: 'day', account, day: days[index]?.day ?? last, measure, asOf: null })} />
          </>
        )}
      </Condition>
    </>
  )
}

/** A day that is not in the answer was never taken on. */
const legend = (measure: MeasureName, days: readonly DayMeasures[], first: string, last: string) => {
  const unmeasured = daysBetween(first, last) - days.length
  return LEGENDS[measure].map(([level, means]) => ({ level, means, count: days.filter((day) => dayLevel(measure, day) === level).length + (level === 'none' ? unmeasured : 0) }))
}
