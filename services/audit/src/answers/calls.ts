import { RANGE_DAYS_MAX } from '@rollcall/contracts/audit-api/bounds'
import type { CallItem, CallsAnswer } from '@rollcall/contracts/audit-api/call'
import type { CallsQuestion } from '@rollcall/contracts/audit-api/questions'
import type { Field } from '@rollcall/domain/call/fact'
import { maskField } from '@rollcall/domain/privacy/personal-fields'
import { type CallsWanted, type ListedCall, pageCalls } from '@rollcall/store/audit/page-calls'
import type { Queryable } from '@rollcall/store/queryable'
import { z } from 'zod'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { rangeOf, timeText } from './times.ts'

const Place = z.tuple([z.int().nullable(), z.string()])

export const answerCalls = (deps: AnswerDeps, { params: { account }, query }: Question<'calls'>): Promise<CallsAnswer> =>
  asAccount(deps, account, (db) => pageOfCalls(deps, db, account, query))

/** One page of the calls that were asked for, and where the next one begins. */
export const pageOfCalls = async ({ cursors }: AnswerDeps, db: Queryable, account: string, { cursor, limit, ...question }: CallsQuestion): Promise<CallsAnswer> => {
  const asked = ['calls', account, question]
  const place = cursor === undefined ? null : cursors.open(asked, cursor, Place)
  const found = await pageCalls(db, account, wantedOf(question), place === null ? null : { createdAt: place[0], callSid: place[1] }, limit + 1)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(callItem), next: found.length > limit && last !== undefined ? cursors.seal(asked, [last.createdAt, last.callSid]) : null }
}

const flag = (text: 'true' | 'false' | undefined): boolean | undefined => (text === undefined ? undefined : text === 'true')

const wantedOf = ({ from, to, created, verified, webhooksMissing, conflict, recording, ...same }: Omit<CallsQuestion, 'cursor' | 'limit'>): CallsWanted => {
  if (created === 'unknown' ? from !== undefined || to !== undefined : from === undefined || to === undefined)
    throw new QuestionError('bad-request', 'from and to are needed, or created=unknown in their place.', [
      { at: 'query.from', message: 'needed with to, or created=unknown alone' },
    ])
  return {
    ...same,
    created: from === undefined || to === undefined ? null : rangeOf({ from, to }, RANGE_DAYS_MAX.list),
    verified: flag(verified),
    webhooksMissing: flag(webhooksMissing),
    conflict: flag(conflict),
    recording: flag(recording),
  }
}

const masked = (field: Field, value: string | null): string | null => (value === null ? null : maskField(field, value))

const callItem = (call: ListedCall): CallItem => ({
  callSid: call.callSid,
  status: call.status as CallItem['status'],
  direction: call.direction,
  from: masked('from', call.from),
  to: masked('to', call.to),
  exophone: call.exophone,
  createdAt: timeText(call.createdAt),
  startedAt: timeText(call.startedAt),
  endedAt: timeText(call.endedAt),
  durationSeconds: call.durationSeconds,
  price: call.price,
  hasRecording: call.hasRecording,
  verified: call.verified,
  firstWebhookAt: timeText(call.firstWebhookAt),
  firstApiAt: timeText(call.firstApiAt),
  firstBy: call.firstApiAt === null || (call.firstWebhookAt !== null && call.firstWebhookAt <= call.firstApiAt) ? 'webhook' : 'api',
  webhooksMissing: call.webhooksMissing,
  conflicts: [...call.conflicts],
})
