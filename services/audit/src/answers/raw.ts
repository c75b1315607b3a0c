import { createHash } from 'node:crypto'
import type { RawAnswer } from '@rollcall/contracts/audit-api/call'
import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { maskText } from '@rollcall/domain/privacy/mask-text'
import { canonicalTime } from '@rollcall/domain/time'
import { PositionGoneError } from '@rollcall/event-log/event-log'
import { readObservationHash } from '@rollcall/store/audit/read-call-log'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'

const READ_MS_MAX = 2_000

export const answerRaw = (deps: AnswerDeps, { params }: Question<'raw'>): Promise<RawAnswer> => readRaw(deps, params, false)

/** Recorded first: what cannot be recorded is not shown. */
export const revealRaw = async (deps: AnswerDeps, { principal, params, body: { reason } }: Question<'revealRaw'>): Promise<RawAnswer> => {
  const raw = await readRaw(deps, params, true)
  const { account, callSid, position: observation } = raw
  await deps.record(account, { type: 'reveal', callSid, observation, at: canonicalTime(deps.clock()), by: principal.subject, reason })
  return raw
}

/** The projection says which call the place belongs to, and under which hash; the log has the bytes. */
const readRaw = async (deps: AnswerDeps, { account, callSid, partition, offset }: Question<'raw'>['params'], revealed: boolean): Promise<RawAnswer> => {
  const logOffset = BigInt(offset)
  const kept = await asAccount(deps, account, (db) => readObservationHash(db, account, callSid, { partition, logOffset }))
  if (kept === null) throw new QuestionError('not-found', 'The call has no observation at this place.')
  const records = await deps.log.read(OBSERVATIONS_TOPIC, new Map([[partition, logOffset]]), { maxBytes: 1, maxWaitMs: READ_MS_MAX }).catch((error: unknown) => {
    if (error instanceof PositionGoneError) throw new QuestionError('not-found', 'The log does not hold this observation any more; its hash is kept.')
    throw error
  })
  const record = records.get(partition)?.find((candidate) => candidate.offset === logOffset)
  if (record === undefined) throw new QuestionError('unavailable', 'The log did not give this observation just now.')
  const { payload, payloadSha256, method, query, contentType } = fromLogRecord(record)
  const text = textOf(payload)
  const shown = (value: string | null): string | null => (value === null || revealed ? value : maskText(value))
  return {
    account,
    callSid,
    position: { partition, offset },
    revealed,
    method,
    query: shown(query),
    contentType,
    bytes: payload.length,
    payloadSha256: kept,
    hashMatches: kept === payloadSha256 && createHash('sha256').update(payload).digest('hex') === kept,
    text: shown(text),
    base64: revealed ? Buffer.from(payload).toString('base64') : null,
  }
}

const textOf = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
