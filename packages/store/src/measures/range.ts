import type { Instant } from '@rollcall/domain/time'

/** Calls by when Exotel created them, half-open; bounds of windows. */
export interface MeasuredRange {
  readonly from: Instant
  readonly to: Instant
}
