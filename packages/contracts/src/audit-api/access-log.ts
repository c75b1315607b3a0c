import { z } from 'zod'
import { ExceptionAction, ExceptionId, ExceptionKind } from './exception.ts'
import { EXPORT_FORMATS } from './export.ts'
import { Paged } from './questions.ts'
import { Scope } from './session.ts'
import { AskedTime, CallSid, Count, Position, pageOf, Span, Time } from './words.ts'

/**
 * What people did that concerns an account, as `rollcall.audit.v1` tells it: who saw what in clear, who took what away, who did what about exceptions, who erased what,
 * and who may. Ordinary answers, with what is personal masked, are not in it.
 */
export const ACCESS_TYPES = ['reveal', 'export', 'exception-action', 'erasure', 'token-created', 'token-revoked'] as const
export const AccessType = z.enum(ACCESS_TYPES)
export type AccessType = z.infer<typeof AccessType>

const Common = z.strictObject({
  position: Position,
  at: Time,
  by: z.string(),
  /** `by` is a name as it was told on the command line; else it is that of a token, or a sign-in. */
  asTold: z.boolean(),
})

/** A token that reaches this account. Which others it reaches is not told here. */
const ReachingToken = z.strictObject({ id: z.string(), subject: z.string(), scopes: z.array(Scope), allAccounts: z.boolean(), expiresAt: Time })

export const AccessItem = z.discriminatedUnion('type', [
  /** `observation`: the one delivery that was shown; null where it was the call record. */
  Common.extend({ type: z.literal('reveal'), callSid: CallSid, observation: Position.nullable(), reason: z.string() }),
  Common.extend({ type: z.literal('export'), range: Span, format: z.enum(EXPORT_FORMATS), calls: Count }),
  Common.extend({ type: z.literal('exception-action'), exception: ExceptionId, kind: ExceptionKind, did: ExceptionAction }),
  Common.extend({ type: z.literal('erasure'), erased: z.union([z.strictObject({ callSid: CallSid }), z.strictObject({ createdBefore: Time })]), calls: Count }),
  Common.extend({ type: z.literal('token-created'), token: ReachingToken }),
  Common.extend({ type: z.literal('token-revoked'), token: ReachingToken }),
])
export type AccessItem = z.infer<typeof AccessItem>

export const AccessLogQuestion = Paged.extend({
  /** Done in; left out: ever. */
  from: AskedTime.optional(),
  to: AskedTime.optional(),
  type: AccessType.optional(),
})

/** Latest first. */
export const AccessLogAnswer = pageOf(AccessItem)
export type AccessLogAnswer = z.infer<typeof AccessLogAnswer>
