import { RANGE_DAYS_MAX } from '@rollcall/contracts/audit-api/bounds'
import type { CompletenessAnswer, DaysAnswer, MeasuresAnswer } from '@rollcall/contracts/audit-api/measures'
import { DayMeasures } from '@rollcall/contracts/audit-api/measures'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime, DAY, HOUR, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { readDayMeasures } from '@rollcall/store/audit/day-measures'
import type { MeasuredRange } from '@rollcall/store/measures/range'
import { type PieceOfState, type Pieces, readCompletenessPieces } from '@rollcall/store/measures/read-completeness-pieces'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { assembleCompleteness } from './assemble-measures.ts'
import { readMeasures } from './read-measures.ts'
import { refuseUntold } from './refuse-untold.ts'
import { momentOf, rangeOf, spanText, timeText } from './times.ts'

export const answerMeasures = async (deps: AnswerDeps, { params: { account }, query }: Question<'measures'>): Promise<MeasuresAnswer> => {
  const range = rangeOf(query, RANGE_DAYS_MAX.hours)
  return { account, range: spanText(range), ...(await asAccount(deps, account, (db) => readMeasures(db, account, range))) }
}

const PIECE_MS = { day: DAY, hour: HOUR, window: WINDOW_MS } as const
const DAYS_MAX = { day: RANGE_DAYS_MAX.days, hour: RANGE_DAYS_MAX.hours, window: RANGE_DAYS_MAX.windows } as const

/** Days are India's; where the range begins within one, so does the first piece. */
export const answerCompleteness = async (deps: AnswerDeps, { params: { account }, query }: Question<'completeness'>): Promise<CompletenessAnswer> => {
  const range = rangeOf(query, DAYS_MAX[query.by])
  const asOf = momentOf(query, deps.clock)
  // India is half an hour off: hours too begin where its days do.
  const pieces = { ms: PIECE_MS[query.by], origin: istDayRange(istDayOf(range.from)).from }
  const counted = await asAccount(deps, account, async (db) => {
    await refuseUntold(db, account, range, asOf)
    return readCompletenessPieces(db, account, range, pieces, asOf)
  })
  const byPiece = new Map<Instant, PieceOfState[]>()
  for (const ofState of counted) byPiece.set(ofState.from, [...(byPiece.get(ofState.from) ?? []), ofState])
  return {
    account,
    range: spanText(range),
    by: query.by,
    asOf: timeText(asOf),
    whole: assembleCompleteness(range, counted),
    pieces: piecesOf(range, pieces).map((piece) => ({ ...spanText(piece), completeness: assembleCompleteness(piece, byPiece.get(piece.from) ?? []) })),
  }
}

/** The pieces of a range; the first and the last end where it does. */
const piecesOf = ({ from, to }: MeasuredRange, { ms, origin }: Pieces): readonly MeasuredRange[] => {
  const pieces: MeasuredRange[] = []
  for (let at = origin + Math.floor((from - origin) / ms) * ms; at < to; at += ms) pieces.push({ from: Math.max(at, from), to: Math.min(at + ms, to) })
  return pieces
}

const Stored = DayMeasures.omit({ day: true, range: true, measuredAt: true })

export const answerDays = async (deps: AnswerDeps, { params: { account }, query: { from, to } }: Question<'days'>): Promise<DaysAnswer> => {
  if (from > to) throw new QuestionError('bad-request', 'to must not be before from.', [{ at: 'query.to', message: 'before from' }])
  if (istDayRange(to).to - istDayRange(from).from > RANGE_DAYS_MAX.days * DAY) throw new QuestionError('range-too-wide', `A heat map may span ${RANGE_DAYS_MAX.days} days.`)
  const days = await asAccount(deps, account, (db) => readDayMeasures(db, account, from, to))
  return {
    account,
    days: days.map(({ day, measuredAt, measures }) => ({ day, range: spanText(istDayRange(day)), measuredAt: canonicalTime(measuredAt), ...Stored.parse(measures) })),
  }
}
