import type { Instant } from '../clock/simulator-clock.ts'

export const SECOND_MS = 1_000

/** The vendor writes whole seconds: whatever happens within one happened at its start. */
export const secondOf = (at: Instant): Instant => Math.floor(at / SECOND_MS) * SECOND_MS
