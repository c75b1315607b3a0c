import { setInterval as every } from 'node:timers/promises'
import type { SegmentLog } from '@rollcall/segment-log/segment-log'

const WATCH_EVERY_MS = 1_000

export interface SpoolWatch {
  /** Why deliveries cannot be kept; null while they can. */
  reason(): string | null
  /** Looks at the spools, now. Never rejects. */
  look(): Promise<void>
  run(signal: AbortSignal): Promise<void>
}

/**
 * Looks whether spools are where they should be and can be written to, whether or not anything comes: a spool that was removed is put back before
 * the next delivery is refused, and a host that refuses gets no delivery by which it would learn that it need not. `own` is the one that is written to.
 */
export const createSpoolWatch = ({ own, others }: { readonly own: Pick<SegmentLog, 'look'>; readonly others: readonly Pick<SegmentLog, 'look'>[] }): SpoolWatch => {
  let reason: string | null = null
  const lookAt = (spool: Pick<SegmentLog, 'look'>): Promise<string | null> =>
    spool.look().then(
      () => null,
      (error: Error) => error.message,
    )
  const look = async (): Promise<void> => {
    reason = await lookAt(own)
    await Promise.all(others.map(lookAt))
  }
  return {
    reason: () => reason,
    look,
    run: async (signal) => {
      try {
        for await (const _ of every(WATCH_EVERY_MS, undefined, { signal })) await look()
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}
