import { RANGE_DAYS_MAX } from '@rollcall/contracts/audit-api/bounds'
import type { CallProofAnswer, CertificateItem, CertificatesAnswer, CheckpointAnswer, ConsistencyAnswer, InclusionAnswer } from '@rollcall/contracts/audit-api/evidence'
import { leafKey } from '@rollcall/domain/certificate/call-leaf'
import { WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { canonicalTime } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { type CertificateRow, pageCertificates, readCertifiedCalls, readCreatedAt } from '@rollcall/store/audit/page-certificates'
import { type KeptLog, NotKeptError } from '@rollcall/transparency-log/kept/kept-log'
import { unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree, type ProvenLeaf } from '@rollcall/transparency-log/window/window-tree'
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

/** Of the window that is named, or else of that in which the call was created. */
export const answerCallProof = (deps: AnswerDeps, { params: { account, callSid }, query }: Question<'callProof'>): Promise<CallProofAnswer> =>
  asAccount(deps, account, async (db) => {
    const within = instantOf(query.window) ?? (await readCreatedAt(db, account, callSid))
    if (within === null) throw new QuestionError('not-found', 'When this call was created is not known. Name the window that it should be in: window=<its start>.')
    const certified = await readCertifiedCalls(db, account, windowAt(within).from)
    if (certified === null) throw new QuestionError('not-found', 'Nothing was certified of this window yet.')
    const tree = createWindowTree(unpackLeaves(certified.packedLeaves), leafKey)
    const present = tree.provePresence(callSid)
    const absent = present === null ? tree.proveAbsence(callSid) : null
    return {
      account,
      callSid,
      certificate: certificateItem(certified.certificate),
      present: provenLeaf(present),
      absent: absent === null ? null : { before: provenLeaf(absent.before), after: provenLeaf(absent.after) },
      inclusion: await inclusionIfAny(deps.kept, certified.certificate.leaf),
    }
  })

const base64 = (hash: Uint8Array): string => Buffer.from(hash).toString('base64')

const provenLeaf = (proof: ProvenLeaf | null) => (proof === null ? null : { leaf: proof.leaf, index: proof.index, path: proof.path.map(base64) })

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

const inclusionIfAny = async (kept: KeptLog, leaf: bigint | null): Promise<InclusionAnswer | null> => {
  const size = (await kept.checkpoint())?.size ?? 0
  return leaf === null || leaf >= size ? null : inclusionOf(kept, Number(leaf), size)
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
