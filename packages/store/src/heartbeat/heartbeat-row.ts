import type { Instant } from '@rollcall/domain/time'

/** One heartbeat, as the projector read it. */
export interface HeartbeatRow {
  readonly account: string
  readonly state: string
  readonly statedAt: Instant | null
  readonly receivedAt: Instant
  /** JSON text of AffectedExoPhones. */
  readonly incoming: string
  readonly outgoing: string
  /** Decides which heartbeat is the last; `payloadSha256` where two have the same. */
  readonly orderedAt: Instant
  readonly payloadSha256: string
}
