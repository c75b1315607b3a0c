import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { CertifiedCalls, EvidenceSource } from './evidence-source.ts'

/** Asked for at once: of a busy account one window has more than that, and takes five times as much on its way here; of a quiet one it is a question less for each. */
const PART_BYTES = 500_000
export const PART_WINDOWS_MAX = 8

/** The certified windows that start in `[from, to)`, in order: of busy times one by one, of quiet ones some at a time. */
export async function* certifiedWindows(source: Pick<EvidenceSource, 'windows'>, account: string, from: Instant, to: Instant): AsyncGenerator<CertifiedCalls> {
  let width = 1
  for (let at = from; at < to; ) {
    const end = Math.min(to, at + width * WINDOW_MS)
    const windows = await source.windows(account, at, end)
    const bytes = windows.reduce((sum, { packedLeaves }) => sum + packedLeaves.length, 0)
    yield* windows
    if (bytes > PART_BYTES) width = Math.max(1, width >> 1)
    else if (bytes < PART_BYTES / 2) width = Math.min(PART_WINDOWS_MAX, width * 2)
    at = end
  }
}
