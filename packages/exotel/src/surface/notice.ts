import type { Instant } from '@rollcall/domain/time'

/** What Exotel tells that is about no call: its heartbeat, and what became of an SMS. */
export type Notice = Heartbeat | SmsStatus

/** Whether Exotel's network reaches the account's ExoPhones, as it was at `at` (contract §10). */
export interface Heartbeat {
  readonly kind: 'heartbeat'
  /** `too-large`: Exotel had more to say than it sends; ask its API for each ExoPhone. */
  readonly state: 'ok' | 'warning' | 'critical' | 'too-large' | 'unknown'
  readonly at: Instant | null
  readonly incoming: AffectedExoPhones
  readonly outgoing: AffectedExoPhones
}

export interface AffectedExoPhones {
  /** All of them, listed or not. */
  readonly count: number
  /** At most AFFECTED_MAX, in the order Exotel names them. */
  readonly exoPhones: readonly AffectedExoPhone[]
}

export interface AffectedExoPhone {
  readonly sid: string
  /** The number as Exotel writes it; null where the heartbeat has no details of this ExoPhone, as the next three. */
  readonly phoneNumber: string | null
  readonly state: 'active' | 'partial-outage' | 'major-outage' | 'unknown' | null
  readonly checkedAt: Instant | null
  readonly alternate: string | null
}

/** What became of one SMS (contract §11). Its numbers and its text are not in here. */
export interface SmsStatus {
  readonly kind: 'sms'
  readonly smsSid: string
  readonly status: 'queued' | 'sending' | 'submitted' | 'sent' | 'delivered' | 'failed' | 'failed-dnd' | 'unknown' | null
  readonly units: number | null
  /** Exotel's finer word, such as `delivered_to_handset`, in lower case. */
  readonly detailedStatus: string | null
  readonly detailedStatusCode: string | null
  readonly sentAt: Instant | null
  readonly updatedAt: Instant | null
  readonly customField: string | null
}
