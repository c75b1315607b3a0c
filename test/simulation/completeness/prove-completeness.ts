/** After a run of virtual time: every way of asking for completeness and yield, held against the ledger by window, hour and IST day; and timeliness by hour and day. */
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { DAY, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS, type Window } from '@rollcall/domain/window/window'
import { planRun } from '../reconcile/plan-run.ts'
import { simulateRun } from '../reconcile/simulate-run.ts'
import type { Surroundings } from '../reconcile/surroundings.ts'
import { holdTimeliness } from './hold-timeliness.ts'
import { logReadings } from './log-readings.ts'
import { type Told, toldByApi, toldByCommand, toldBySql, toldByWindows } from './told-completeness.ts'
import { excusedWindows, hoursOf, type TrueCompleteness, totalOf, trueCompleteness } from './true-completeness.ts'

export interface CompletenessProof {
  readonly figures: Readonly<Record<string, unknown>>
  /** What is told otherwise than the ledger has it, in words. */
  readonly wrong: readonly string[]
}

export const proveCompleteness = async (surroundings: Surroundings, seed: number): Promise<CompletenessProof> => {
  const plan = planRun(seed)
  const report = await simulateRun(surroundings, seed)
  const { pool, log } = surroundings
  const { account } = plan
  const now = plan.start + report.virtualMs
  const truth = trueCompleteness(plan, now)
  const excused = excusedWindows(plan)
  const windows = [...truth.keys()]
  const days = daysOf({ from: Math.min(...windows), to: Math.max(...windows) + WINDOW_MS })
  const wrong = report.findings.map(({ kind, about }) => `${kind}: ${about}`)
  let compared = 0
  const hold = (told: Told | undefined, span: Window, how: string): void => {
    if ([...excused].some((from) => from >= span.from && from < span.to)) return
    compared += 1
    wrong.push(...differences(told, totalOf(truth, span)).map((difference) => `${how}, ${new Date(span.from).toISOString()}: ${difference}`))
  }
  const readings = await logReadings(log, account)
  const holdDelays = async (span: Window): Promise<void> => {
    if ([...excused].some((from) => from >= span.from && from < span.to)) return
    const delays = await holdTimeliness(pool, plan, readings, span)
    compared += delays.compared
    wrong.push(...delays.wrong.map((difference) => `by the API, ${new Date(span.from).toISOString()}: ${difference}`))
  }
  const bySql = await toldBySql(pool, account, now)
  for (const { day, span } of days) {
    hold(bySql.get(day), span, 'by SQL')
    hold(await toldByCommand(pool, account, span), span, 'by rollcall measures')
    hold((await toldByApi(pool, account, span, 'day')).get(span.from), span, 'by the API, by day')
    const [byHour, byWindow, shown] = [await toldByApi(pool, account, span, 'hour'), await toldByApi(pool, account, span, 'window'), await toldByWindows(pool, account, span)]
    await holdDelays(span)
    for (const hour of hoursOf(span)) {
      hold(byHour.get(hour.from), hour, 'by the API, by hour')
      await holdDelays(hour)
    }
    for (let from = span.from; from < span.to; from += WINDOW_MS) {
      const window = { from, to: from + WINDOW_MS }
      hold(byWindow.get(from), window, 'by the API, by window')
      hold(shown.get(from), window, 'as a day shows its windows')
    }
  }
  const whole = totalOf(truth, { from: 0, to: Number.POSITIVE_INFINITY })
  return { figures: { seed, calls: plan.calls.length, days: days.length, compared, windowsExcused: excused.size, ...whole, notLike: wrong.length }, wrong }
}

const daysOf = ({ from, to }: Window): readonly { readonly day: string; readonly span: Window }[] => {
  const days: { readonly day: string; readonly span: Window }[] = []
  for (let at: Instant = istDayRange(istDayOf(from)).from; at < to; at += DAY) days.push({ day: istDayOf(at), span: { from: at, to: at + DAY } })
  return days
}

const differences = (told: Told | undefined, { listed, expected, arrived, missing }: TrueCompleteness): readonly string[] =>
  told === undefined
    ? ['nothing is told']
    : Object.entries({ listed, exact: listed, expected, arrived, missing }).flatMap(([name, count]) => {
        const said = told[name as keyof Told]
        return said === undefined || said === count ? [] : [`${name}: told is ${said}, true is ${count}`]
      })
