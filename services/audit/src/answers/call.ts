import type { CallAnswer } from '@rollcall/contracts/audit-api/call'
import type { WindowStateName } from '@rollcall/contracts/audit-api/measures'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import { readCallLog, readWindowStateAt } from '@rollcall/store/audit/read-call-log'
import type { Queryable } from '@rollcall/store/queryable'
import { readJudgements } from '@rollcall/store/reconcile/read-judgements'
import { readCallChases } from '@rollcall/store/timeline/read-call-chases'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { callView } from './call-view.ts'
import { refuseUntold } from './refuse-untold.ts'
import { momentOf, spanText, timeText } from './times.ts'

/** Of one call; a call that was told of more often cannot be shown. */
const OBSERVATIONS_FOLDED_MAX = 10_000

export const answerCall = (deps: AnswerDeps, { params: { account, callSid }, query }: Question<'call'>): Promise<CallAnswer> =>
  asAccount(deps, account, (db) => readCall(db, account, callSid, momentOf(query, deps.clock), false))

/** Recorded first: what cannot be recorded is not shown. */
export const revealCall = async (deps: AnswerDeps, { principal, params: { account, callSid }, query, body: { reason } }: Question<'revealCall'>): Promise<CallAnswer> => {
  const asOf = momentOf(query, deps.clock)
  // Of a call that is not there nothing is shown, and so nothing is recorded.
  await asAccount(deps, account, (db) => readCall(db, account, callSid, asOf, false))
  await deps.record(account, { type: 'reveal', callSid, observation: null, at: canonicalTime(deps.clock()), by: principal.subject, reason })
  return asAccount(deps, account, (db) => readCall(db, account, callSid, asOf, true))
}

const readCall = async (db: Queryable, account: string, callSid: string, asOf: Instant | null, revealed: boolean): Promise<CallAnswer> => {
  const log = await readCallLog(db, account, callSid, asOf, OBSERVATIONS_FOLDED_MAX + 1)
  if (log.length > OBSERVATIONS_FOLDED_MAX) throw new QuestionError('too-slow', `This call was told of more than ${OBSERVATIONS_FOLDED_MAX} times, which is too much to show.`)
  const view = callView(account, callSid, log, revealed)
  if (view === null) throw new QuestionError('not-found', asOf === null ? 'No such call is known of this account.' : 'No such call was known of this account then.')
  const { createdAt, ...shown } = view
  const window = createdAt === null ? null : windowAt(Date.parse(createdAt))
  if (window !== null) await refuseUntold(db, account, window, asOf)
  return {
    account,
    callSid,
    asOf: timeText(asOf),
    revealed,
    ...shown,
    window: window === null ? null : { ...spanText(window), state: (await readWindowStateAt(db, account, window.from, asOf)) as WindowStateName | null },
    judgements: (await readJudgements(db, account, callSid))
      // That a webhook was awaited is not kept once it is not: as of a moment, nothing is said of it.
      .filter(({ judgedAt, outcome }) => asOf === null || (judgedAt <= asOf && outcome !== 'pending'))
      .map(({ arrivedAt, judgedAt, replacedAt, ...judgement }) => ({
        ...judgement,
        arrivedAt: timeText(arrivedAt),
        judgedAt: canonicalTime(judgedAt),
        replacedAt: asOf !== null && replacedAt !== null && replacedAt > asOf ? null : timeText(replacedAt),
      })),
    chases:
      asOf !== null
        ? []
        : (await readCallChases(db, account, callSid)).map(({ since, begunAt, askedAt, withoutAt, due, endedAt, ...chase }) => ({
            ...chase,
            since: canonicalTime(since),
            begunAt: canonicalTime(begunAt),
            askedAt: timeText(askedAt),
            withoutAt: timeText(withoutAt),
            due: timeText(due),
            endedAt: timeText(endedAt),
          })),
  }
}
