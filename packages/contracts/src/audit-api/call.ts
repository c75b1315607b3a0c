import { CALL_STATUSES, FIELDS, SOURCES } from '@rollcall/domain/call/fact'
import { MISS_REASONS } from '@rollcall/domain/window/judge'
import { z } from 'zod'
import { Surface } from '../observation.ts'
import { WindowStateName } from './measures.ts'
import { AccountSid, CallSid, Count, Decimal, Position, pageOf, Span, Time } from './words.ts'

/**
 * Personal fields (numbers, names, the custom field, the recording's address) are masked in every answer but that of a reveal, which needs
 * the scope `pii:read` and a reason and is recorded before it is answered.
 */

export const Source = z.enum(SOURCES)
const Field = z.enum(FIELDS)

/** One call of a list. */
export const CallItem = z.strictObject({
  callSid: CallSid,
  status: z.enum(CALL_STATUSES).nullable(),
  direction: z.string().nullable(),
  /** Masked. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  exophone: z.string().nullable(),
  createdAt: Time.nullable(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  durationSeconds: Decimal.nullable(),
  price: Decimal.nullable(),
  hasRecording: z.boolean(),
  /** An authenticated read of the API contained it; a webhook alone is a claim. */
  verified: z.boolean(),
  firstWebhookAt: Time.nullable(),
  firstApiAt: Time.nullable(),
  /** Who told of it first. */
  firstBy: z.enum(['webhook', 'api']),
  /** Expected webhooks that are missing; null where none was judged yet. */
  webhooksMissing: Count.nullable(),
  conflicts: z.array(z.string()),
})
export type CallItem = z.infer<typeof CallItem>

/** In order of creation; calls of which no creation is known are only in the list `created=unknown`. */
export const CallsAnswer = pageOf(CallItem)
export type CallsAnswer = z.infer<typeof CallsAnswer>

/** One field of the call record, and who won it. */
export const FieldValue = z.strictObject({
  /** Masked where `masked` says so. */
  value: z.string(),
  masked: z.boolean(),
  source: Source,
  /** Exotel's time of the version that said so. */
  vendorTime: Time.nullable(),
  /** The first observation that said it; null where it is beyond those shown. */
  wonBy: Position.nullable(),
  /** What else was claimed of it, by observations that lost. */
  lost: z.array(z.strictObject({ value: z.string(), source: Source, by: Position })),
})
export type FieldValue = z.infer<typeof FieldValue>

/** One record of the log about the call. */
export const ObservationItem = z.strictObject({
  position: Position,
  id: z.string(),
  surface: Surface.or(z.string()),
  event: z.string().nullable(),
  source: Source,
  /** `webhook`, the lane of the scan that listed it, `chase`, or `lookup`. */
  how: z.string(),
  /** Which process received or read it. */
  receivedBy: z.string(),
  receivedAt: Time,
  vendorTime: Time.nullable(),
  /** Received so long after it was so; null where the surface has no time. */
  delaySeconds: z.number().nullable(),
  scan: z.string().nullable(),
  payloadSha256: z.string(),
  outcome: z.enum(['facts', 'no-call', 'dead-letter']),
  /** What it said, masked. */
  values: z.partialRecord(Field, z.string()),
  /** Fields that it was the first to change when it came. */
  changed: z.array(Field),
  /** Fields whose winning value is its own. */
  won: z.array(Field),
  /** What was read, but not as we know it. */
  exceptions: z.array(z.strictObject({ field: z.string(), kind: z.string(), value: z.string() })),
})
export type ObservationItem = z.infer<typeof ObservationItem>

/** What was said of one expected webhook; `replacedAt` is null for what holds now. */
export const JudgementItem = z.strictObject({
  expectation: z.string(),
  rule: z.string(),
  outcome: z.enum(['arrived', 'pending', 'missing', 'not-expected']),
  reason: z.enum(MISS_REASONS).nullable(),
  arrivedAt: Time.nullable(),
  judgedAt: Time,
  replacedAt: Time.nullable(),
})
export type JudgementItem = z.infer<typeof JudgementItem>

export const ChaseItem = z.strictObject({
  why: z.enum(['recording', 'open']),
  since: Time,
  begunAt: Time,
  asked: Count,
  askedAt: Time.nullable(),
  withoutAt: Time.nullable(),
  due: Time.nullable(),
  outcome: z.enum(['found', 'ruled-out']).nullable(),
  reason: z.string().nullable(),
  endedAt: Time.nullable(),
})
export type ChaseItem = z.infer<typeof ChaseItem>

/** One call with everything that is known of how we came to know it. With `asOf`, as it was known then: the log cut at that time, by receipt. */
export const CallAnswer = z.strictObject({
  account: AccountSid,
  callSid: CallSid,
  asOf: Time.nullable(),
  /** Whether personal fields are in clear: only in the answer of a reveal. */
  revealed: z.boolean(),
  fields: z.partialRecord(Field, FieldValue),
  verified: z.boolean(),
  firstSeen: z.partialRecord(Source, Time),
  /** Where sources contradict each other. */
  conflicts: z.array(z.strictObject({ kind: z.enum(['terminal_conflict', 'field_mismatch', 'identity_conflict']), field: Field, low: z.string(), high: z.string() })),
  /** SHA-256 of the record's canonical text, hex. */
  stateDigest: z.string(),
  window: Span.extend({ state: WindowStateName.nullable() }).nullable(),
  /** By receipt, oldest first. */
  observations: z.array(ObservationItem),
  /** There are more observations than are shown. */
  observationsCut: z.boolean(),
  /** With `asOf`, those made for a moment up to then; what was pending is not among them, since nobody keeps that it was. */
  judgements: z.array(JudgementItem),
  /** How it is asked for now; nobody keeps how it was, and so with `asOf` there is none. */
  chases: z.array(ChaseItem),
})
export type CallAnswer = z.infer<typeof CallAnswer>

/** The exact bytes of one observation and its headers, from the log. Masked: names and structure stay, letters are `x`, digits `0`. */
export const RawAnswer = z.strictObject({
  account: AccountSid,
  callSid: CallSid,
  position: Position,
  revealed: z.boolean(),
  method: z.string().nullable(),
  query: z.string().nullable(),
  contentType: z.string().nullable(),
  bytes: Count,
  payloadSha256: z.string(),
  /** The hash was computed from the bytes now, and is the one recorded. */
  hashMatches: z.boolean(),
  /** The body as text; null where it is not UTF-8, and only `base64` can tell it. */
  text: z.string().nullable(),
  /** Only when revealed. */
  base64: z.string().nullable(),
})
export type RawAnswer = z.infer<typeof RawAnswer>
