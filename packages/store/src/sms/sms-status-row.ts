import type { Instant } from '@rollcall/domain/time'

/** One word on one SMS, as the projector read it. */
export interface SmsStatusRow {
  readonly account: string
  readonly smsSid: string
  readonly status: string
  readonly rank: number
  readonly receivedAt: Instant
  /** Decides between words of one rank; `status` and `payloadSha256` where two have the same. */
  readonly orderedAt: Instant
  readonly payloadSha256: string
}
