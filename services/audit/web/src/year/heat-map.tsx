import type { DayMeasures } from '@rollcall/contracts/audit-api/measures'
import { useMemo } from 'preact/hooks'
import { dayLevel } from '../measures/level.ts'
import { useRoving } from '../parts/roving.ts'
import { linkTo, type MeasureName } from '../route/route.ts'
import { dayText, monthText } from '../time/ist.ts'
import { dayTip } from './day-tip.ts'
import { dayAfter, monthsOf } from './months.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** A year of days in twelve small calendars; a cell is a link to its day, and looks like one measure of it. Arrow keys move from day to day. */
export const HeatMap = ({
  account,
  days,
  measure,
  first,
  last,
  today,
}: {
  account: string
  days: readonly DayMeasures[]
  measure: MeasureName
  first: string
  last: string
  today: string
}) => {
  const byDay = useMemo(() => new Map(days.map((day) => [day.day, day])), [days])
  const months = useMemo(() => monthsOf(first, last), [first, last])
  const next = useMemo(() => dayAfter(first, last), [first, last])
  const { grid, onKeyDown, onFocus, tabIndexOf } = useRoving(last, next)
  return (
    <div class="year" ref={grid} onKeyDown={onKeyDown}>
      {months.map(({ month, weeks }) => (
        <div key={month} class="month">
          <h3 id={`month-${month}`}>{monthText(month)}</h3>
          <div role="grid" aria-labelledby={`month-${month}`} class="month-grid">
            <div role="row" class="week">
              {WEEKDAYS.map((weekday) => (
                <span key={weekday} role="columnheader" class="weekday" aria-label={weekday}>
                  {weekday.slice(0, 1)}
                </span>
              ))}
            </div>
            {weeks.map((week, index) => (
              <div role="row" class="week" key={week.find((day) => day !== null) ?? index}>
                {week.map((day, weekday) => {
                  const measured = day === null ? undefined : byDay.get(day)
                  if (day === null) return <span role="gridcell" key={WEEKDAYS[weekday]} />
                  const level = measured === undefined ? 'none' : dayLevel(measure, measured)
                  const tip = `${dayText(day)}: ${measured === undefined ? 'not taken on' : dayTip(measure, measured)}`
                  return (
                    <span role="gridcell" key={day}>
                      <a
                        class={`cell level-${level} ${day === today ? 'is-today' : ''}`}
                        href={linkTo({ page: 'day', account, day, measure, asOf: null })}
                        data-cell={day}
                        data-tip={tip}
                        aria-label={tip}
                        tabIndex={tabIndexOf(day)}
                        onFocus={() => onFocus(day)}
                      >
                        {Number(day.slice(8))}
                      </a>
                    </span>
                  )
                })}
              </div>
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}
