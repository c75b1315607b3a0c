import { RANGE_DAYS_MAX } from '@rollcall/contracts/audit-api/bounds'
import type { CallProofAnswer, CertificateItem, CertificatesAnswer, CheckpointAnswer, ConsistencyAnswer, InclusionAnswer } from '@rollcall/contracts/audit-api/evidence'
import { WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { canonicalTime } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { proveCall } from '@rollcall/evidence/call/prove-call'
import { loggedLeaves } from '@rollcall/evidence/logged-leaves'
import { type CertificateRow, pageCertificates, readCertifiedCalls, readCreatedAt } from '@rollcall/store/audit/page-certificates'
import { type KeptLog, NotKeptError } from '@rollcall/transparency-log/kept/kept-log'
import { z } from 'zod'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { instantOf, rangeOf, spanText } from './times.ts'

const Place = z.tuple([z.int(), z.int()])

export const answerCertificates = async (
  deps: AnswerDeps,
  { params: { account }, query: { cursor, limit, ...question } }: Question<'certificates'>,
): Promise<CertificatesAnswer> => {
  const range = rangeOf(question, RANGE_DAYS_MAX.hours)
  const asked = ['certificates', account, question]
  const place = cursor === undefined ? null : deps.cursors.open(asked, cursor, Place)
  const found = await asAccount(deps, account, (db) => pageCertificates(db, account, range, place === null ? null : { windowFrom: place[0], sequence: place[1] }, limit + 1))
  const last = found[limit - 1]
  return { items: found.slice(0, limit).map(certificateItem), next: found.length > limit && last !== undefined ? deps.cursors.seal(asked, [last.windowFrom, last.sequence]) : null }
}

export const answerCheckpoint = async ({ kept }: AnswerDeps): Promise<CheckpointAnswer> => {
  const { origin, size, root, signedAt, note } = await newestCheckpoint(kept)
  return { origin, size, rootHash: base64(root), signedAt: canonicalTime(signedAt), note }
}

export const answerInclusion = async ({ kept }: AnswerDeps, { query: { leaf, size } }: Question<'inclusion'>): Promise<InclusionAnswer> =>
  orNotFound(async () => inclusionOf(kept, leaf, size ?? (await newestCheckpoint(kept)).size))

export const answerConsistency = async ({ kept }: AnswerDeps, { query: { from, to } }: Question<'consistency'>): Promise<ConsistencyAnswer> =>
  orNotFound(async () => {
    const { first, second, path } = await kept.proveConsistency(from, to ?? (await newestCheckpoint(kept)).size)
    return { from: first, to: second, path: path.map(base64) }
  })

/** Of the window that is named, or else of that in which the call was created. No connection is held while the log is read. */
export const answerCallProof = async (deps: AnswerDeps, { params: { account, callSid }, query }: Question<'callProof'>): Promise<CallProofAnswer> => {
  const { certificate, packedLeaves } = await asAccount(deps, account, async (db) => {
    const within = instantOf(query.window) ?? (await readCreatedAt(db, account, callSid))
    if (within === null) throw new QuestionError('not-found', 'When this call was created is not known. Name the window that it should be in: window=<its start>.')
    const certified = await readCertifiedCalls(db, account, windowAt(within).from)
    if (certified === null) throw new QuestionError('not-found', 'Nothing was certified of this window yet.')
    return certified
  })
  const checkpoint = await newestCheckpoint(deps.kept)
  const { leaf, text } = certificate
  if (leaf === null || leaf >= checkpoint.size)
    throw new QuestionError('not-yet', 'The newest certificate of this window is not in the signed log yet. Within a minute or two it is; ask again then.')
  const savedSize = query.saved ?? null
  refuseOlder(checkpoint.size, savedSize ?? 0)
  const source = { auditLeaves: (leaves: readonly bigint[]) => loggedLeaves(deps.log, leaves), kept: deps.kept }
  return proveCall(source, { callSid, certificate: text, leaf, packedLeaves, checkpoint, savedSize })
}

/** @throws QuestionError where the auditor saved a checkpoint of more records than ours has */
export const refuseOlder = (size: number, saved: number): void => {
  if (saved > size)
    throw new QuestionError('checkpoint-older', `The checkpoint that you saved has ${saved} records and ours has ${size}: the log was rolled back, or yours is of another one.`)
}

const base64 = (hash: Uint8Array): string => Buffer.from(hash).toString('base64')

/** @throws QuestionError where there is none yet */
export const newestCheckpoint = async (kept: KeptLog) => {
  const checkpoint = await kept.checkpoint()
  if (checkpoint === null) throw new QuestionError('not-found', 'No checkpoint was signed yet. The keeper signs one every minute.')
  return checkpoint
}

const inclusionOf = async (kept: KeptLog, leaf: number, size: number): Promise<InclusionAnswer> => {
  const { leafHash, path } = await kept.proveInclusion(leaf, size)
  return { leaf, size, leafHash: base64(leafHash), path: path.map(base64) }
}

const orNotFound = async <T>(prove: () => Promise<T>): Promise<T> => {
  try {
    return await prove()
  } catch (error) {
    if (error instanceof NotKeptError) throw new QuestionError('not-found', 'No checkpoint that was signed has this leaf or this size.')
    throw error
  }
}

const certificateItem = ({ windowFrom, leaf, ...row }: CertificateRow): CertificateItem => ({
  ...row,
  leaf: leaf === null ? null : Number(leaf),
  window: spanText({ from: windowFrom, to: windowFrom + WINDOW_MS }),
  certificate: WindowCertificate.parse(JSON.parse(row.text)),
})
