import type { Instant } from '../clock/simulator-clock.ts'
import type { CallKind } from './call-kind.ts'

export type LegStatus = 'completed' | 'no-answer' | 'busy' | 'failed' | 'canceled'

/**
 * What is true of one call, in plain words; what the API answers in the end. Null: the API never says.
 * conversationSeconds and the four leg fields are in `Details` only (single call, `details=true`), customField only in webhooks; all others are in every row.
 */
export interface CallTruth {
  readonly status: LegStatus
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-dial'
  readonly from: string
  readonly to: string
  readonly exophone: string
  /** Whole seconds, as the vendor writes them; epoch milliseconds. */
  readonly createdAt: Instant
  readonly startedAt: Instant
  readonly endedAt: Instant
  /** startedAt to endedAt: the whole session, not talk time. */
  readonly durationSeconds: number
  /** How long both legs were connected. */
  readonly conversationSeconds: number
  /** Exact decimal without trailing zeros. */
  readonly price: string
  readonly recordingUrl: string | null
  readonly leg1Status: LegStatus | null
  readonly leg2Status: LegStatus | null
  readonly leg1Seconds: number
  readonly leg2Seconds: number | null
  readonly answeredBy: 'human' | null
  readonly customField: string | null
}

export type WebhookEvent = 'status-callback/terminal' | 'status-callback/answered' | 'status-callback/default' | 'passthru'
export type WebhookEncoding = 'json' | 'urlencoded' | 'multipart' | 'query'
export type WebhookFault = 'drop' | 'duplicate' | 'delay' | 'reorder'
/**
 * delivered: answered 2xx (or 302 by a Passthru's receiver). refused: any other answer. given-up: no answer in time, no connection, or no address to send to.
 * A given-up or refused webhook may still have been received.
 */
export type WebhookOutcome = 'pending' | 'delivered' | 'refused' | 'dropped-on-purpose' | 'given-up'

/** One webhook the call should have had, and what became of it. */
export interface LedgerWebhook {
  readonly event: WebhookEvent
  readonly encoding: WebhookEncoding
  /** When it happened: what the body tells. */
  readonly happenedAt: Instant
  /** When it is sent, faults included. */
  readonly dueAt: Instant
  /** When the second copy is sent; null: no second copy. */
  readonly duplicateDueAt: Instant | null
  readonly faults: readonly WebhookFault[]
  /** How many legs were up in an answered event; 0 in all others. */
  readonly legsUp: 0 | 1 | 2
  /** First attempt, by the simulator's clock. */
  readonly sentAt: Instant | null
  readonly attempts: number
  readonly outcome: WebhookOutcome
  readonly httpStatus: number | null
  readonly duplicateOutcome: WebhookOutcome | null
}

/** One call: what is true, from when the API shows what, and every webhook it should have had. The whole story is known when the call begins. */
export interface LedgerCall {
  /** Place in the order of creation, from 0. */
  readonly seq: number
  readonly callSid: string
  readonly kind: CallKind
  readonly truth: CallTruth
  readonly visible: {
    /** To the millisecond; truth.createdAt is its second. */
    readonly begunAt: Instant
    readonly hungUpAt: Instant
    readonly listedFrom: Instant
    readonly finalFrom: Instant
    readonly recordingFrom: Instant | null
    /** From here on no answer about this call changes. */
    readonly settledFrom: Instant
  }
  readonly style: {
    readonly numbers: 'number' | 'string'
    readonly nulls: 'null' | 'empty'
    readonly missingRecording: 'absent' | 'empty'
    readonly legsSayAnsweredBy: boolean
  }
  readonly webhooks: readonly LedgerWebhook[]
}
