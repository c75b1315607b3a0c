import type { KeptLog, SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import { NoEvidenceError } from './evidence-source.ts'

/** The newest checkpoint. @throws NoEvidenceError before the first one */
export const signedCheckpoint = async (kept: KeptLog): Promise<SignedCheckpoint> => {
  const checkpoint = await kept.checkpoint()
  if (checkpoint === null) throw new NoEvidenceError('No checkpoint has been signed yet; is the keeper running?')
  return checkpoint
}
