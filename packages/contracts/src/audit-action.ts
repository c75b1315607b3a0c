import { z } from 'zod'
import { ExceptionAction, ExceptionKind } from './audit-api/exception.ts'
import { EXPORT_FORMATS } from './audit-api/export.ts'
import { CallSid, Count, Position, Span, Text, Time } from './audit-api/words.ts'

/** What people did, as `rollcall.audit.v1` tells it; written by the audit service before it answers, and by the command line before it does it. */

/** By whom: the subject of their token, and its issuer where that is another. On the command line: the name that was told. */
export const Actor = Text.min(1).max(1_024)

/** Somebody assigned, annotated or closed an exception. */
export const ExceptionActed = z.strictObject({
  type: z.literal('exception-action'),
  exception: z.strictObject({
    kind: ExceptionKind,
    subject: z
      .array(z.union([z.string(), z.int()]))
      .min(1)
      .max(4),
  }),
  at: Time,
  by: Actor,
  did: ExceptionAction,
})
export type ExceptionActed = z.infer<typeof ExceptionActed>

/** Somebody is about to see personal data in clear. */
export const PersonalDataRevealed = z.strictObject({
  type: z.literal('reveal'),
  callSid: CallSid,
  /** The one observation that is shown; null where it is the call record. */
  observation: Position.nullable(),
  at: Time,
  by: Actor,
  reason: Text.min(1),
})
export type PersonalDataRevealed = z.infer<typeof PersonalDataRevealed>

/** Somebody is about to take certified calls away. */
export const CallsExported = z.strictObject({
  type: z.literal('export'),
  export: z.uuid(),
  /** Whole windows. */
  range: Span,
  format: z.enum(EXPORT_FORMATS),
  /** Certified in the range when it was asked for; what is certified while it is written may be among it too. */
  windows: Count,
  calls: Count,
  at: Time,
  by: Actor,
  /** On the command line: `by` is a name as it was told, and no token's. */
  asTold: z.literal(true).optional(),
})
export type CallsExported = z.infer<typeof CallsExported>

/** Somebody deleted salts: commitments of these calls, made before and now, are nobody's any more. It cannot be undone, and no proof changes by it. */
export const SaltsErased = z.strictObject({
  type: z.literal('erasure'),
  erased: z.union([z.strictObject({ callSid: CallSid }), z.strictObject({ createdBefore: Time })]),
  /** Of how many calls. */
  calls: Count,
  at: Time,
  by: Actor,
})
export type SaltsErased = z.infer<typeof SaltsErased>
