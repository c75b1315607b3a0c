import type { EvidenceSource } from './evidence-source.ts'
import { notSignedYet } from './not-signed-yet.ts'

/**
 * Where certificates stand in the log of `size` records that a checkpoint signs, by their SHA-256.
 * @throws NoEvidenceError where one is not in it: evidence is of nothing that is not signed for
 */
export const signedLeaves = async (source: EvidenceSource, account: string, sha256s: readonly string[], size: number): Promise<ReadonlyMap<string, bigint>> => {
  const leaves = await source.certificateLeaves(account, sha256s)
  const unsigned = sha256s.filter((sha256) => (leaves.get(sha256) ?? BigInt(size)) >= BigInt(size))
  if (unsigned.length > 0) throw notSignedYet(unsigned.length)
  return leaves
}
