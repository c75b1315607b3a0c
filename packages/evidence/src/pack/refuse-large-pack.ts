import { HOUR, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { type EvidenceSource, NoEvidenceError } from '../evidence-source.ts'

/** Of a window beside its calls and certificates: its headers in the zip, and what the manifest tells of it. */
const WINDOW_BYTES = 1_024
/** The verifier, its page, and the rest that each pack has. */
const OTHER_BYTES = 131_072
const GIB = 1_073_741_824

/**
 * What a pack will have, from above: the calls go in as they are stored, and a certificate with its proof takes less than its bare text, being deflated.
 * @throws NoEvidenceError where that is more than `bytesMax`, which says what to do: better now than after the work of an hour
 */
export const refuseLargePack = async (source: EvidenceSource, account: string, { from, to }: { readonly from: Instant; readonly to: Instant }, bytesMax: number): Promise<void> => {
  const { packedLeaves, certificates } = await source.certifiedBytes(account, from, to)
  const bytes = packedLeaves + certificates + ((to - from) / WINDOW_MS) * WINDOW_BYTES + OTHER_BYTES
  if (bytes <= bytesMax) return
  const hours = Math.max(1, Math.floor(((to - from) / HOUR) * (bytesMax / bytes)))
  throw new NoEvidenceError(`The pack would have ${inGib(bytes)} GiB, and can have ${inGib(bytesMax)}. Ask for one range after another, of ${hours} hours or less.`)
}

const inGib = (bytes: number): string => (bytes / GIB).toFixed(1)
