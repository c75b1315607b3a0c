import type { SignedDay, SignOffsAnswer } from '@rollcall/contracts/audit-api/sign-off'
import type { DaySigned } from '@rollcall/contracts/day-signed'
import { istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime } from '@rollcall/domain/time'
import { hasClosedException } from '@rollcall/store/audit/has-closed-exception'
import { countCertifiedClosed, readDayDigest } from '@rollcall/store/audit/read-day-digest'
import { readSignOffs } from '@rollcall/store/audit/read-sign-offs'
import { readCompleteness } from '@rollcall/store/measures/read-completeness'
import type { Connection } from '@rollcall/store/pool'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'

export const answerSignOffs = (deps: AnswerDeps, { params: { account, day } }: Question<'signOffs'>): Promise<SignOffsAnswer> => readAnswer(deps, account, day)

/** What was signed is in the log before anybody is told that it was. */
export const signDay = async (deps: AnswerDeps, { principal, params: { account, day }, body }: Question<'signDay'>): Promise<SignOffsAnswer> => {
  const { to } = istDayRange(day)
  if (deps.clock() < to) throw new QuestionError('not-yet', `${day} is not over: it ends at ${canonicalTime(to)}.`)
  const signed = await asAccount(deps, account, async (db) => {
    const found = await readSignable(db, account, day)
    if (body.digest !== undefined && body.digest !== found.digest)
      throw new QuestionError('changed', `Something of ${day} was certified anew after you had looked. Look again, and sign what it is now.`)
    if (await hasClosedException(db, account, principal.subject, day))
      throw new QuestionError('own-work', `You closed an exception of ${day}, and so had a part in what is to be reviewed. Somebody else has to sign it off.`)
    return found
  })
  const entry: DaySigned = { type: 'day-signed', day, signed, note: body.note ?? null, at: canonicalTime(deps.clock()), by: principal.subject }
  await deps.record(account, entry)
  return readAnswer(deps, account, day)
}

const readAnswer = (deps: AnswerDeps, account: string, day: string): Promise<SignOffsAnswer> =>
  asAccount(deps, account, async (db) => {
    const digest = await readDayDigest(db, account, day)
    const signOffs = (await readSignOffs(db, account, day)).map(({ logOffset, at, actor, note, ...signed }) => ({
      position: { partition: 0, offset: logOffset.toString() },
      at: canonicalTime(at),
      by: actor,
      signed,
      note,
      unchanged: signed.digest === digest,
    }))
    return { account, day, digest, signOffs }
  })

/** @throws QuestionError where a window of the day is not closed: what may still change is not signed */
const readSignable = async (db: Connection, account: string, day: string): Promise<SignedDay> => {
  const range = istDayRange(day)
  const { windowsExpected, closed, byState } = await readCompleteness(db, account, range)
  const open = windowsExpected - closed.windows
  const gaps = byState.gap?.windows ?? 0
  if (open > 0)
    throw new QuestionError(
      'not-yet',
      `Of the ${windowsExpected} windows of ${day}, ${open} ${open === 1 ? 'is' : 'are'} neither final nor amended${gaps === 0 ? '' : `; ${gaps} of these ${gaps === 1 ? 'is a gap' : 'are gaps'}, which can never be`}.`,
    )
  const uncertified = windowsExpected - (await countCertifiedClosed(db, account, range))
  if (uncertified > 0)
    throw new QuestionError('not-yet', `Of the ${windowsExpected} windows of ${day}, ${uncertified} ${uncertified === 1 ? 'has' : 'have'} no certificate that could be signed.`)
  const { listed, exact, unlisted, claims } = closed
  return {
    final: byState.final?.windows ?? 0,
    amended: byState.amended?.windows ?? 0,
    listed,
    exact,
    unlisted,
    claims,
    digest: await readDayDigest(db, account, day),
  }
}
