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
  /** The call this one is a transfer of. */
  readonly parentCallSid: string | null
}

/** Which part of the receiver a webhook goes to. */
export const WEBHOOK_SURFACES = ['status-callback', 'passthru', 'popup', 'connect', 'gather', 'webrtc', 'campaign', 'exoml', 'sms', 'heartbeat'] as const
export type WebhookSurface = (typeof WEBHOOK_SURFACES)[number]

/** What is told of a call. */
export type WebhookEvent =
  | 'status-callback/terminal'
  | 'status-callback/answered'
  | 'status-callback/default'
  | 'passthru'
  | 'popup/dial'
  | 'popup/ringing'
  | 'popup/answered'
  | 'popup/terminal'
  | 'connect'
  | 'gather'
  | 'webrtc/active'
  | 'webrtc/answered'
  | 'webrtc/terminal'
  | 'campaign/call'
  | 'exoml/leg-answered'
  | 'exoml/leg-completed'
  | 'voice-v3/terminal'
/** What is told of no call. */
export type NoticeEvent = 'sms' | 'heartbeat'
export type WebhookEncoding = 'json' | 'urlencoded' | 'multipart' | 'query'

/** Faults decided by the seed when the call begins; `outage` alone is found out when the webhook is due. */
export type WebhookFault =
  | 'drop'
  | 'duplicate'
  | 'delay'
  | 'reorder'
  | 'recording-absent'
  | 'case-changed'
  | 'cancelled-spelling'
  | 'extra-fields'
  | 'legs-from-one'
  | 'quoted-digits'
  | 'list-rendered'
  | 'empty-body'
  | 'truncated'
  | 'probe'
  | 'before-response'
  | 'outage'

/**
 * delivered: answered as the retry profile calls success (or 302 by a Passthru's receiver). refused: any other answer. given-up: no answer
 * in time, no connection, or no address to send to. A given-up or refused webhook may still have been received.
 */
export type WebhookOutcome = 'pending' | 'delivered' | 'refused' | 'dropped-on-purpose' | 'given-up'

/** What became of a webhook. */
export interface WebhookFate {
  /** First attempt, by the simulator's clock. */
  readonly sentAt: Instant | null
  readonly attempts: number
  readonly outcome: WebhookOutcome
  readonly httpStatus: number | null
  readonly duplicateOutcome: WebhookOutcome | null
  /** The last attempt went to the failover address. */
  readonly failedOver: boolean
}

export const UNSENT: WebhookFate = { sentAt: null, attempts: 0, outcome: 'pending', httpStatus: null, duplicateOutcome: null, failedOver: false }

/** One webhook that should have come, and what became of it. */
export interface SentWebhook extends WebhookFate {
  readonly event: WebhookEvent | NoticeEvent
  readonly encoding: WebhookEncoding
  /** When it happened: what the body tells. */
  readonly happenedAt: Instant
  /** When it is sent, faults included. */
  readonly dueAt: Instant
  /** When the second copy is sent; null: no second copy. */
  readonly duplicateDueAt: Instant | null
  readonly faults: readonly WebhookFault[]
}

/** One webhook the call should have had. */
export interface LedgerWebhook extends SentWebhook {
  readonly event: WebhookEvent
  /** How many legs were up in an answered event; 0 in all others. */
  readonly legsUp: 0 | 1 | 2
  /** Which of several alike, from 0: the attempt to reach an agent, the Passthru of the flow. */
  readonly place: number
  /** The last of a flow's Passthrus, which knows how Connect went; true for all other webhooks. */
  readonly last: boolean
  /** The flow waits for the answer. */
  readonly sync: boolean
}

/** A field that is one thing in every row before `at` and true from then on. */
export interface RowChange {
  readonly at: Instant
  readonly field: 'price' | 'status' | 'durationSeconds' | 'recordingUrl'
  readonly before: string | number | null
}

/** How a form says "nothing". */
export type EmptyParts = 'empty' | 'absent' | 'null'

/** How this call is written down, always the same way. */
export interface CallStyle {
  readonly numbers: 'number' | 'string'
  readonly nulls: 'null' | 'empty'
  readonly missingRecording: 'absent' | 'empty'
  readonly legsSayAnsweredBy: boolean
  readonly emptyParts: EmptyParts
  /** What an answered event says about an end and a recording that are not there yet. */
  readonly answeredEnd: 'absent' | 'null' | 'epoch'
  readonly boundary: 'dashes' | 'webkit' | 'quoted'
  /** Of the times without a zone; India's is 330. */
  readonly utcOffsetMinutes: number
  readonly v3Callback: 'call-details' | 'flat'
}

/** One call: what is true, from when the API shows what, and every webhook it should have had. The whole story is known when the call begins, unless a sync Passthru's receiver ends it. */
export interface LedgerCall {
  /** Place in the order of creation, from 0. */
  readonly seq: number
  readonly account: string
  readonly callSid: string
  readonly kind: CallKind
  readonly truth: CallTruth
  readonly visible: {
    /** To the millisecond; truth.createdAt is its second. */
    readonly begunAt: Instant
    readonly hungUpAt: Instant
    /** Null: the list never shows it. */
    readonly listedFrom: Instant | null
    readonly finalFrom: Instant
    readonly recordingFrom: Instant | null
    /** Gone from the API for a while. */
    readonly hidden: { readonly from: Instant; readonly to: Instant } | null
    /** From here on no answer about this call changes. */
    readonly settledFrom: Instant
  }
  /** What rows say otherwise until then, though the call is final. */
  readonly changes: readonly RowChange[]
  readonly style: CallStyle
  /** How many agents were tried. */
  readonly agents: number
  /** Where a sync Passthru's answer led: 200 to A, 302 to B. Null: none was asked, or it has not answered. */
  readonly branch: 'A' | 'B' | null
  /** The StatusCallback that the connect API was given; null: as for all calls. */
  readonly callbackUrl: string | null
  readonly webhooks: readonly LedgerWebhook[]
}
