import type { AccessLogAnswer } from '@rollcall/contracts/audit-api/access-log'
import { Offset } from '@rollcall/contracts/audit-api/words'
import { pageAccessLog } from '@rollcall/store/audit/page-access-log'
import { z } from 'zod'
import type { Question } from '../http/question.ts'
import { accessItem } from './access-item.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { instantOf } from './times.ts'

const Place = z.tuple([z.int(), Offset])

export const answerAccessLog = async (deps: AnswerDeps, { params: { account }, query: { cursor, limit, ...question } }: Question<'accessLog'>): Promise<AccessLogAnswer> => {
  const asked = ['accessLog', account, question]
  const place = cursor === undefined ? null : deps.cursors.open(asked, cursor, Place)
  const wanted = { from: instantOf(question.from), to: instantOf(question.to), type: question.type ?? null }
  const found = await asAccount(deps, account, (db) => pageAccessLog(db, account, wanted, place === null ? null : { at: place[0], logOffset: BigInt(place[1]) }, limit + 1))
  const last = found[limit - 1]
  return { items: found.slice(0, limit).map(accessItem), next: found.length > limit && last !== undefined ? deps.cursors.seal(asked, [last.at, last.logOffset.toString()]) : null }
}
