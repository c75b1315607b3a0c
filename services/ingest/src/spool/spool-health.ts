/** A disk that was full refused deliveries; a host that is out of the balance gets none and cannot learn that there is room again. So it tries again. */
export const FULL_MS = 5_000
/** A disk that has been at work on one write for longer takes no more (the segment log refuses). */
export const STALLED_MS = 5_000

export interface SpoolHealth {
  /** A delivery was refused because there was no space. */
  wasFull(): void
  /** The spool takes nothing any more; this process is about to end. */
  failed(message: string): void
  /** Why deliveries should go elsewhere; null while they need not. */
  reason(): string | null
}

/** What the spool itself has shown of its disk; the share in use is the disk watch's. `writingMs` is the segment log's. */
export const createSpoolHealth = ({ writingMs, monotonicMs }: { readonly writingMs: () => number; readonly monotonicMs: () => number }): SpoolHealth => {
  let failure: string | null = null
  let fullAt: number | null = null
  return {
    wasFull: () => {
      fullAt = monotonicMs()
    },
    failed: (message) => {
      failure ??= message
    },
    reason: () => {
      if (failure !== null) return failure
      const writing = writingMs()
      if (writing > STALLED_MS) return `the spool's disk has not come back from a write for ${Math.round(writing / 1_000)} s`
      return fullAt !== null && monotonicMs() - fullAt < FULL_MS ? "the spool's disk had no space for a delivery a moment ago" : null
    },
  }
}
