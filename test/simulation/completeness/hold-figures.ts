/** Every figure that anybody is told of a day, by window, hour and IST day, held against the true ones. */
import { DAY, HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import type { Pool } from '@rollcall/store/pool'
import type { MeasuresCommand } from './measures-command.ts'
import { byApi, byApiInPieces, byCommand, byHeatMap, byPageOfDay, byPageOfWindow, bySqlOfDays, bySqlOfWindows, type ToldFigures } from './told-day.ts'
import { type CallTruth, figuresOf, type TrueFigures } from './true-day.ts'

export interface HeldFigures {
  /** How many figures were compared, by the way in which they were told and the piece of time. */
  readonly compared: Readonly<Record<string, number>>
  /** What is told otherwise, in words. */
  readonly wrong: readonly string[]
}

/** Where windows and days of India begin, said here once more: what decides it in Rollcall is under test. */
const WINDOW_MS = 5 * MINUTE
const INDIA_AHEAD_MS = 330 * MINUTE
const windowAt = (at: Instant): Window => ({ from: at - (at % WINDOW_MS), to: at - (at % WINDOW_MS) + WINDOW_MS })
const midnightBefore = (at: Instant): Instant => at - ((at + INDIA_AHEAD_MS) % DAY)
const dayName = (at: Instant): string => new Date(at + INDIA_AHEAD_MS).toISOString().slice(0, 10)

/** @param truth of every call; at least of one */
export const holdFigures = async ({ pool, command }: Asked, account: string, truth: readonly CallTruth[]): Promise<HeldFigures> => {
  const compared: Record<string, number> = {}
  const wrong: string[] = []
  const hold: Hold = (how, span, told) => {
    const { held, differences } = compare(told, figuresOf(truth, span))
    compared[how] = (compared[how] ?? 0) + held
    wrong.push(...differences.map((difference) => `${how}, ${new Date(span.from).toISOString()}: ${difference}`))
  }
  const windows = [...new Set(truth.map(({ createdAt }) => windowAt(createdAt).from))].toSorted((a, b) => a - b)
  const whole = spanOf(truth)
  for (const span of piecesOf(whole, 24)) await holdDay({ pool, command }, account, span, hold)
  for (const hour of piecesOf(whole, 1)) {
    hold('API by hour', hour, await byApi(pool, account, hour))
    hold('rollcall measures by hour', hour, await byCommand(command, hour))
  }
  const sql = await bySqlOfWindows(pool, account)
  for (const from of windows) {
    const window = { from, to: from + WINDOW_MS }
    hold('API by window', window, await byApi(pool, account, window))
    hold('rollcall measures by window', window, await byCommand(command, window))
    hold('page of a window', window, await byPageOfWindow(pool, account, from))
    hold('SQL by window', window, sql.get(from))
  }
  return { compared, wrong }
}

/** The windows of these calls, from the first to the last. */
export const spanOf = (truth: readonly CallTruth[]): Window => ({
  from: Math.min(...truth.map(({ createdAt }) => windowAt(createdAt).from)),
  to: Math.max(...truth.map(({ createdAt }) => windowAt(createdAt).to)),
})

/** Who is asked. */
interface Asked {
  readonly pool: Pool
  readonly command: Pick<MeasuresCommand, 'ask'>
}

type Hold = (how: string, span: Window, told: ToldFigures | undefined) => void

const holdDay = async ({ pool, command }: Asked, account: string, span: Window, hold: Hold): Promise<void> => {
  const day = dayName(span.from)
  hold('API by day', span, await byApi(pool, account, span))
  hold('rollcall measures by day', span, await byCommand(command, span))
  hold('SQL by day', span, (await bySqlOfDays(pool, account)).get(day))
  hold('heat map', span, (await byHeatMap(pool, account, day, day)).get(day))
  const page = await byPageOfDay(pool, account, day)
  hold('page of a day', span, page.whole)
  for (const [how, by, ms] of [
    ['API, in days', 'day', span.to - span.from],
    ['API, in hours', 'hour', HOUR],
    ['API, in windows', 'window', WINDOW_MS],
  ] as const)
    for (const [from, told] of await byApiInPieces(pool, account, span, by)) hold(how, { from, to: from + ms }, told)
  for (const [from, told] of page.windows) hold('page of a day, its windows', { from, to: from + WINDOW_MS }, told)
}

/** Days of India's time, or hours of them, that hold something of the span. */
const piecesOf = ({ from, to }: Window, hours: number): readonly Window[] => {
  const pieces: Window[] = []
  for (let at = midnightBefore(from); at < to; at += hours * HOUR) if (at + hours * HOUR > from) pieces.push({ from: at, to: at + hours * HOUR })
  return pieces
}

const compare = (told: ToldFigures | undefined, truth: TrueFigures): { readonly held: number; readonly differences: readonly string[] } => {
  if (told === undefined) return { held: 0, differences: ['nothing is told'] }
  const differences: string[] = []
  const entries = Object.entries(told) as [keyof ToldFigures, number | null][]
  for (const [name, said] of entries) {
    if (name === 'recordedWithinRpo') {
      const [least, most] = [truth.recordedWithinRpoLeast, truth.recordedWithinRpoMost]
      if (said === null || said < least || said > most) differences.push(`${name}: told is ${said}, true is something from ${least} to ${most}`)
    } else if (said !== truth[name]) differences.push(`${name}: told is ${said}, true is ${truth[name]}`)
  }
  return { held: entries.length, differences }
}
