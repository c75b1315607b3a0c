import { hash } from 'node:crypto'
import { CallProofAnswer } from '@rollcall/contracts/audit-api/evidence'
import { leafKey } from '@rollcall/domain/certificate/call-leaf'
import { unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { proveCall } from '../call/prove-call.ts'
import type { SyntheticEvidence } from './synthetic-evidence.ts'

export interface SyntheticProofOptions {
  /** Counted from 0, as certificates of one are; -1: the last of the window, which is final. */
  readonly window?: number
  readonly certificate?: number
  /** With a proof from the saved checkpoint on. */
  readonly saved?: boolean
}

/** What the audit API would answer of that call. */
export const proveSyntheticCall = async (
  source: SyntheticEvidence,
  callSid: string,
  { window = 0, certificate = -1, saved = true }: SyntheticProofOptions = {},
): Promise<CallProofAnswer> => {
  const { certificates, packedLeaves } = windowOf(source, window)
  const text = certificates.at(certificate)
  const checkpoint = await source.kept.checkpoint()
  if (text === undefined || checkpoint === null) throw new Error('there is no such certificate')
  const sha256 = hash('sha256', text)
  const leaf = (await source.certificateLeaves(source.account, [sha256])).get(sha256) ?? -1n
  return CallProofAnswer.parse(await proveCall(source, { callSid, certificate: text, leaf, packedLeaves, checkpoint, savedSize: saved ? source.saved.size : null }))
}

/** CallSids of a window, in the order of its tree. */
export const syntheticCalls = (source: SyntheticEvidence, window = 0): readonly string[] => unpackLeaves(windowOf(source, window).packedLeaves).map(leafKey)

const windowOf = ({ certified }: SyntheticEvidence, window: number) => {
  const found = certified[window]
  if (found === undefined) throw new Error('there is no such window')
  return found
}
