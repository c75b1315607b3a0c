import { type Instant, SECOND } from '@rollcall/domain/time'
import type { HostClock } from './host-clock.ts'

/**
 * Windows are made of the vendor's time, so what is decided about them is decided by it. Harmful is a clock of ours that runs ahead:
 * a scan would count as made after a window's end that it was made before, and a webhook be judged missing before it was due. One
 * that runs behind makes everything late. Both are corrected by the `Date` of the vendor's answers once the difference is one that
 * settling times do not absorb; half a second of it is only how the header rounds.
 */
export const SKEW_MS_MAX = 5 * SECOND

export interface VendorClock {
  now(): Instant
  /** A moment of our clock, by the vendor's. */
  at(ours: Instant): Instant
  /** What an answer's Date showed: how far the vendor's clock is ahead, in milliseconds. Null teaches nothing. */
  learn(skewMs: number | null): void
  /**
   * Takes over what the host's clock was set to: ours has moved, the vendor's has not. Without it a clock that was set forward would be
   * taken for the vendor's until the next answer.
   */
  followHost(): void
  /** As last learned, however small, and as ours was set since; null before anything was learned: then nothing may be judged by the time. */
  skewMs(): number | null
}

export const createVendorClock = (host: HostClock): VendorClock => {
  let skewMs: number | null = null
  const at = (ours: Instant): Instant => ours + (skewMs !== null && Math.abs(skewMs) > SKEW_MS_MAX ? skewMs : 0)
  return {
    at,
    now: () => at(host.now()),
    learn: (learned) => {
      skewMs = learned ?? skewMs
    },
    followHost: () => {
      const setMs = host.takeOver()
      if (skewMs !== null) skewMs -= setMs
    },
    skewMs: () => skewMs,
  }
}
