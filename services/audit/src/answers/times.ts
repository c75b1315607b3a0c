import { type Clock, canonicalTime, DAY, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { QuestionError } from '../question-error.ts'

export const timeText = (at: Instant | null): string | null => (at === null ? null : canonicalTime(at))

export const spanText = ({ from, to }: { readonly from: Instant; readonly to: Instant }) => ({ from: canonicalTime(from), to: canonicalTime(to) })

export const instantOf = (text: string | undefined): Instant | null => (text === undefined ? null : Date.parse(text))

/** The moment of an `asOf`; null: now. @throws QuestionError where it has not come yet: what will be known then nobody can tell */
export const momentOf = ({ asOf }: { readonly asOf?: string | undefined }, clock: Clock): Instant | null => {
  if (asOf === undefined) return null
  const at = Date.parse(asOf)
  if (at > clock()) throw new QuestionError('bad-request', 'asOf must not be later than now.', [{ at: 'query.asOf', message: 'later than now' }])
  return at
}

/** What was asked for, widened to whole windows. @throws QuestionError where it is none, or too wide */
export const rangeOf = (asked: { readonly from: string; readonly to: string }, daysMax: number): { readonly from: Instant; readonly to: Instant } => {
  const from = Date.parse(asked.from)
  const to = Date.parse(asked.to)
  if (from >= to) throw new QuestionError('bad-request', 'to must be after from.', [{ at: 'query.to', message: 'not after from' }])
  if (to - from > daysMax * DAY)
    throw new QuestionError('range-too-wide', `The range may span ${daysMax} days. Ask for less at a time.`, [{ at: 'query.to', message: `more than ${daysMax} days after from` }])
  return { from: windowAt(from).from, to: Math.ceil(to / WINDOW_MS) * WINDOW_MS }
}
