import type { SentWebhook } from '../calls/ledger-call.ts'
import type { Instant } from '../clock/simulator-clock.ts'

interface NoticeWebhook extends SentWebhook {
  readonly event: 'sms' | 'heartbeat'
}

/** An SMS that the customer sent, and the callback about what became of it. */
export interface LedgerSms {
  readonly kind: 'sms'
  readonly account: string
  readonly smsSid: string
  readonly createdAt: Instant
  /** When it reached its end, whichever. */
  readonly settledAt: Instant
  readonly from: string
  readonly to: string
  readonly status: 'sent' | 'failed' | 'failed_dnd'
  readonly detailedStatus: string
  readonly detailedStatusCode: number
  readonly units: number
  readonly price: string
  readonly customField: string | null
  readonly webhook: NoticeWebhook
}

/** Exotel's word on whether its network reaches the account's ExoPhones. */
export interface LedgerHeartbeat {
  readonly kind: 'heartbeat'
  readonly account: string
  readonly at: Instant
  readonly statusType: 'OK' | 'WARNING' | 'CRITICAL' | 'PAYLOAD_TOO_LARGE'
  /** Affected ExoPhones by number. */
  readonly incoming: readonly string[]
  readonly outgoing: readonly string[]
  readonly webhook: NoticeWebhook
}

/** What Exotel tells that is about no call. */
export type LedgerNotice = LedgerSms | LedgerHeartbeat
