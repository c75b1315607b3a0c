import type { Instant } from '@rollcall/domain/time'
import type { KnownUpTo } from '@rollcall/domain/window/judge'
import type { VendorClock } from './vendor-clock.ts'

/** Up to when what reached us is known, by our clock: nothing later is judged by what is not there (law 8). */
export interface AsOf {
  /** Everything that was in the log at this moment is projected. */
  readonly at: Instant
  /** Everything that ingest received before this one was in the log; null where no ingest host tells of its spool. */
  readonly drainedTo: Instant | null
}

/** The same by the vendor's clock, by which calls end and webhooks are due. */
export const knownUpTo = ({ at, drainedTo }: AsOf, vendorClock: Pick<VendorClock, 'at'>): KnownUpTo => ({
  readTo: vendorClock.at(at),
  drainedTo: drainedTo === null ? null : vendorClock.at(drainedTo),
})
