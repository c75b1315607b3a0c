import type { CallProofAnswer } from '@rollcall/contracts/audit-api/evidence'
import { leafKey } from '@rollcall/domain/certificate/call-leaf'
import type { SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import { unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree, type ProvenLeaf } from '@rollcall/transparency-log/window/window-tree'
import type { EvidenceSource } from '../evidence-source.ts'

export interface CallProofRequest {
  readonly callSid: string
  /** Text of the certificate of the window in which the call is, or would be. */
  readonly certificate: string
  /** Where its record stands in the log; the checkpoint has it. */
  readonly leaf: bigint
  /** The calls that it stands for. */
  readonly packedLeaves: Buffer
  readonly checkpoint: SignedCheckpoint
  /** Leaves of the checkpoint that the auditor has saved, at most those of this one; null: none. */
  readonly savedSize: number | null
}

/**
 * All by which somebody without access to us can check that a call is certified, or is not (docs/audit-proof.md). As of a pack, nothing is checked
 * here that the verifier checks, but that the record is the account's own: another one's would be told to somebody who may not see it.
 */
export const proveCall = async (source: Pick<EvidenceSource, 'auditLeaves' | 'kept'>, request: CallProofRequest): Promise<CallProofAnswer> => {
  const { callSid, certificate, leaf, packedLeaves, checkpoint, savedSize } = request
  const tree = createWindowTree(unpackLeaves(packedLeaves), leafKey)
  const present = tree.provePresence(callSid)
  const absent = present === null ? tree.proveAbsence(callSid) : null
  const { index, path } = await source.kept.proveInclusion(Number(leaf), checkpoint.size)
  return {
    callSid,
    present: provenLeaf(present),
    absent: absent === null ? null : { before: provenLeaf(absent.before), after: provenLeaf(absent.after) },
    certificate: { leaf: await recordOf(source, leaf, certificate), index, path: path.map(base64) },
    consistency: savedSize === null ? null : await consistencyOf(source, savedSize, checkpoint.size),
    checkpoint: checkpoint.note,
  }
}

const recordOf = async (source: Pick<EvidenceSource, 'auditLeaves'>, leaf: bigint, certificate: string): Promise<string> => {
  for await (const bytes of source.auditLeaves([leaf])) {
    const record = bytes.toString('utf8')
    if (JSON.parse(record).value === certificate) return record
  }
  throw new Error(`record ${leaf} of the audit topic is not the certificate that is held as being it`)
}

const consistencyOf = async ({ kept }: Pick<EvidenceSource, 'kept'>, from: number, to: number) => ({ from, to, path: (await kept.proveConsistency(from, to)).path.map(base64) })

const provenLeaf = (proof: ProvenLeaf | null) => (proof === null ? null : { leaf: proof.leaf, index: proof.index, path: proof.path.map(base64) })

const base64 = (hash: Buffer): string => hash.toString('base64')
