import type { Instant } from '../time.ts'

/** How Rollcall came to know. A webhook is a claim; the two authenticated reads of the API are facts (design, law 6). */
export const SOURCES = ['webhook', 'poll', 'lookup'] as const
export type Source = (typeof SOURCES)[number]

export const CALL_STATUSES = ['queued', 'ringing', 'in-progress', 'completed', 'busy', 'no-answer', 'failed', 'canceled', 'unknown'] as const
export type CallStatus = (typeof CALL_STATUSES)[number]

export const TERMINAL_STATUSES = ['completed', 'busy', 'no-answer', 'failed', 'canceled'] as const satisfies readonly CallStatus[]

/**
 * What an observation can say about a call, in our words. The value of a fact is always canonical text:
 * a status is a CallStatus; `…At` is `canonicalTime`; `…Seconds` is a plain decimal without leading or trailing zeros;
 * `price` is an exact decimal; `from`, `to`, `exophone` keep the vendor's spelling; `recordingUrl` has its signed query removed.
 */
export const FIELDS = [
  'status',
  'direction',
  'from',
  'to',
  'exophone',
  'createdAt',
  'startedAt',
  'endedAt',
  'durationSeconds',
  'conversationSeconds',
  'price',
  'leg1Status',
  'leg2Status',
  'leg1Seconds',
  'leg2Seconds',
  'answeredBy',
  'recordingUrl',
  'customField',
  'parentCallSid',
  'forwardedFrom',
  'callerName',
] as const
export type Field = (typeof FIELDS)[number]

/** Everything one observation says about one call. A field that is unknown, empty or null at the vendor is absent here. */
export interface CallFacts {
  readonly account: string
  readonly callSid: string
  readonly source: Source
  /** When we received it (`ce_time`). Used for first-seen times only, never to decide which value wins. */
  readonly receivedAt: Instant
  /** The vendor's own time of this version of the call (DateUpdated, CurrentTime …); null where the surface has none. */
  readonly vendorTime: Instant | null
  /** Which webhook this was, such as `status-callback/terminal`; null for API rows. What coverage policies expect. */
  readonly event: string | null
  readonly values: Readonly<Partial<Record<Field, string>>>
}
