import {
  ExceptionAction,
  type ExceptionActionItem,
  type ExceptionAnswer,
  type ExceptionCounts,
  type ExceptionItem,
  ExceptionKind,
  type ExceptionsAnswer,
} from '@rollcall/contracts/audit-api/exception'
import { type ExceptionName, exceptionId, parseExceptionId } from '@rollcall/contracts/audit-api/exception-id'
import type { AuditEntry } from '@rollcall/contracts/audit-record'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { countOpenExceptions } from '@rollcall/store/audit/count-exceptions'
import { type ExceptionActionRow, readExceptionActions } from '@rollcall/store/audit/read-exception-actions'
import { type ExceptionRow, pageExceptions, readException } from '@rollcall/store/audit/read-exceptions'
import { z } from 'zod'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { ageOf, summaryOf } from './exception-words.ts'
import { instantOf, timeText } from './times.ts'

const Place = z.tuple([z.int(), ExceptionKind, z.array(z.union([z.string(), z.int()]))])
const STATES = { open: ['open'], assigned: ['assigned'], closed: ['closed'], 'not-closed': ['open', 'assigned'] } as const

export const answerExceptions = (deps: AnswerDeps, { params: { account }, query: { cursor, limit, ...question } }: Question<'exceptions'>): Promise<ExceptionsAnswer> => {
  const { cursors, clock } = deps
  const asked = ['exceptions', account, question]
  const place = cursor === undefined ? null : cursors.open(asked, cursor, Place)
  return asAccount(deps, account, async (db) => {
    const { rows, next } = await pageExceptions(
      db,
      account,
      { from: instantOf(question.from), to: instantOf(question.to), kind: question.kind ?? null, states: STATES[question.state], assignee: question.assignee ?? null },
      place === null ? null : { detectedAt: place[0], kind: place[1], subject: place[2] },
      limit,
    )
    return {
      items: rows.map((row) => exceptionItem(row, clock())),
      next: next === null ? null : cursors.seal(asked, [next.detectedAt, next.kind, next.subject]),
    }
  })
}

export const answerExceptionCounts = async (deps: AnswerDeps, { params: { account } }: Question<'exceptionCounts'>): Promise<ExceptionCounts> => ({
  account,
  ...(await asAccount(deps, account, (db) => countOpenExceptions(db, account))),
})

export const answerException = (deps: AnswerDeps, { params: { account, id } }: Question<'exception'>): Promise<ExceptionAnswer> => readAnswer(deps, account, nameOf(id))

/** What was done is in the log before anybody is told that it was. */
export const actOnException = async (deps: AnswerDeps, { principal, params: { account, id }, body }: Question<'actOnException'>): Promise<ExceptionAnswer> => {
  const name = nameOf(id)
  await readAnswer(deps, account, name)
  const entry: AuditEntry = {
    type: 'exception-action',
    exception: { kind: name.kind, subject: [...name.subject] },
    at: canonicalTime(deps.clock()),
    by: principal.subject,
    did: body,
  }
  await deps.record(account, entry)
  return readAnswer(deps, account, name)
}

const nameOf = (id: string): ExceptionName => {
  const name = parseExceptionId(id)
  if (name === null) throw new QuestionError('not-found', 'There is no such exception.')
  return name
}

const readAnswer = (deps: AnswerDeps, account: string, { kind, subject }: ExceptionName): Promise<ExceptionAnswer> =>
  asAccount(deps, account, async (db) => {
    const row = await readException(db, account, kind, subject)
    if (row === null) throw new QuestionError('not-found', 'There is no such exception, or no longer: a webhook that came after all is not missing.')
    return { account, exception: exceptionItem(row, deps.clock()), history: (await readExceptionActions(db, account, kind, subject)).map(actionItem) }
  })

const exceptionItem = (row: ExceptionRow, now: Instant): ExceptionItem => {
  const { kind } = row
  return {
    id: exceptionId({ kind, subject: row.subject }),
    kind,
    severity: row.severity,
    summary: summaryOf(row),
    reason: row.reason,
    detectedAt: canonicalTime(row.detectedAt),
    age: ageOf(row.detectedAt, now),
    callSid: row.callSid,
    windowFrom: timeText(row.windowFrom),
    position: row.place === null ? null : { partition: row.place.partition, offset: row.place.logOffset.toString() },
    state: row.state,
    assignee: row.assignee,
    resolution: row.resolution as ExceptionItem['resolution'],
    actions: row.actions,
  }
}

const actionItem = ({ logOffset, at, actor, action, assignee, resolution, note }: ExceptionActionRow): ExceptionActionItem => ({
  position: { partition: 0, offset: logOffset.toString() },
  at: canonicalTime(at),
  by: actor,
  did: ExceptionAction.parse({ action, ...(assignee === null ? {} : { assignee }), ...(resolution === null ? {} : { resolution }), ...(note === null ? {} : { note }) }),
})
