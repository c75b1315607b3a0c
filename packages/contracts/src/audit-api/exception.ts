import { z } from 'zod'
import { NAME_CHARACTERS_MAX, NOTE_CHARACTERS_MAX } from './bounds.ts'
import { AccountSid, CallSid, Count, Position, pageOf, Text, Time } from './words.ts'

/**
 * What an auditor has to look at. That it exists follows from the data, and so it cannot be deleted; what people did about it is appended
 * to `rollcall.audit.v1`, and nothing of that is ever edited.
 *
 *   missing-webhook  an expected webhook did not come; `reason` says why
 *   late-webhook     it came after its time
 *   conflict         sources contradict each other on a field of a call
 *   claim            only webhooks tell of a call, and the API denies it: forged, or gone at Exotel
 *   dead-letter      an observation that no reader understands
 *   unknown-word     something in an observation was read, but not as we know it
 *   not-held         a closed window lists calls that are not held exactly
 *   gap              a window that can never be closed
 *   amended          a closed window was found to be different later
 *   day-differs      a day's calls are not stored as the log has them
 */
export const EXCEPTION_KINDS = ['missing-webhook', 'late-webhook', 'conflict', 'claim', 'dead-letter', 'unknown-word', 'not-held', 'gap', 'amended', 'day-differs'] as const
export const ExceptionKind = z.enum(EXCEPTION_KINDS)
export type ExceptionKind = z.infer<typeof ExceptionKind>

export const SEVERITIES = ['high', 'medium', 'low'] as const
/** How long it has been known: up to 20 minutes, 4 hours, a day, a week, or more. */
export const AGES = ['20m', '4h', '1d', '7d', 'older'] as const
export const RESOLUTIONS = ['explained', 'fixed', 'accepted', 'vendor', 'duplicate', 'false-alarm'] as const

/** Names one exception for good; derived from what it is about, and the same after a rebuild. */
export const ExceptionId = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^[A-Za-z0-9_-]+$/)

export const ExceptionItem = z.strictObject({
  id: ExceptionId,
  kind: ExceptionKind,
  severity: z.enum(SEVERITIES),
  /** In one sentence, with nothing personal. */
  summary: z.string(),
  /** Of a missing or late webhook: never-arrived, late, spooled …; of others what tells them apart. */
  reason: z.string().nullable(),
  detectedAt: Time,
  age: z.enum(AGES),
  /** What it is about, for a link. */
  callSid: CallSid.nullable(),
  windowFrom: Time.nullable(),
  position: Position.nullable(),
  state: z.enum(['open', 'assigned', 'closed']),
  assignee: z.string().nullable(),
  resolution: z.enum(RESOLUTIONS).nullable(),
  /** Actions so far. */
  actions: Count,
})
export type ExceptionItem = z.infer<typeof ExceptionItem>

/** Latest first. A page may have fewer than were asked for, even none, and a next one: where thousands in a row were closed, no more are looked at for one page. */
export const ExceptionsAnswer = pageOf(ExceptionItem)
export type ExceptionsAnswer = z.infer<typeof ExceptionsAnswer>

const Note = Text.trim().min(1).max(NOTE_CHARACTERS_MAX)

/** What a person does about it. One that is closed is opened again by assigning it. */
export const ExceptionAction = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('assign'), assignee: Text.trim().min(1).max(NAME_CHARACTERS_MAX), note: Note.optional() }),
  z.strictObject({ action: z.literal('annotate'), note: Note }),
  z.strictObject({ action: z.literal('close'), resolution: z.enum(RESOLUTIONS), note: Note }),
])
export type ExceptionAction = z.infer<typeof ExceptionAction>

/** One action as it stands in the audit topic. */
export const ExceptionActionItem = z.strictObject({
  position: Position,
  at: Time,
  /** Whose token or sign-in it was. */
  by: z.string(),
  did: ExceptionAction,
})
export type ExceptionActionItem = z.infer<typeof ExceptionActionItem>

export const ExceptionAnswer = z.strictObject({ account: AccountSid, exception: ExceptionItem, history: z.array(ExceptionActionItem) })
export type ExceptionAnswer = z.infer<typeof ExceptionAnswer>

/** So many of each kind are counted, and no more. */
export const EXCEPTIONS_COUNTED_MAX = 10_000

/** How many are open, by kind: what the queue's head shows. */
export const ExceptionCounts = z.strictObject({
  account: AccountSid,
  open: z.partialRecord(ExceptionKind, Count),
  /** Kinds of which there are more than are counted: of these, so many at least. */
  atLeast: z.array(ExceptionKind),
})
export type ExceptionCounts = z.infer<typeof ExceptionCounts>
