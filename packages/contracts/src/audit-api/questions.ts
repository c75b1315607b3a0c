import { CALL_STATUSES } from '@rollcall/domain/call/fact'
import { z } from 'zod'
import { NOTE_CHARACTERS_MAX, PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from './bounds.ts'
import { ExceptionAction, ExceptionId, ExceptionKind } from './exception.ts'
import { NAMES_SOMEBODY, namesNobody } from './unnamed-people.ts'
import { AccountSid, AskedTime, CallSid, Cursor, Day, Offset, Text } from './words.ts'

/** What a question says in its path, its query string and its body. Everything in a path or a query string is text and nothing in it is personal. */

const Flag = z.enum(['true', 'false'])

export const Paged = z.strictObject({ cursor: Cursor.optional(), limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT) })
/** Half-open; widened to whole windows. */
export const Ranged = z.strictObject({ from: AskedTime, to: AskedTime })
/** As it was known at that moment, which must not be to come; left out: now. */
export const AsOf = z.strictObject({ asOf: AskedTime.optional() })

export const OfAccount = z.strictObject({ account: AccountSid })
export const OfDay = OfAccount.extend({ day: Day })
/** A window by its start, as RFC 3339. */
export const OfWindow = OfAccount.extend({ from: AskedTime })
export const OfCall = OfAccount.extend({ callSid: CallSid })
export const OfObservation = OfCall.extend({ partition: z.coerce.number().int().nonnegative().max(65_535), offset: Offset })
export const OfException = OfAccount.extend({ id: ExceptionId })
export const OfRun = OfAccount.extend({ run: z.uuid() })

/** IST days, both included. */
export const DaysQuestion = z.strictObject({ from: Day, to: Day })
export const CompletenessQuestion = Ranged.extend({ ...AsOf.shape, by: z.enum(['day', 'hour', 'window']).default('day') })

/** Calls that Exotel created in the range. All conditions that are there must hold. */
export const CallsQuestion = Paged.extend({
  from: AskedTime.optional(),
  to: AskedTime.optional(),
  /** Instead of a range: calls of which no creation is known yet. */
  created: z.literal('unknown').optional(),
  status: z.enum(CALL_STATUSES).optional(),
  direction: Text.max(64).optional(),
  verified: Flag.optional(),
  /** Who told of it first. */
  firstBy: z.enum(['webhook', 'api']).optional(),
  webhooksMissing: Flag.optional(),
  conflict: Flag.optional(),
  recording: Flag.optional(),
})
export type CallsQuestion = z.infer<typeof CallsQuestion>

export const ExceptionsQuestion = Paged.extend({
  /** Detected in; left out: ever. */
  from: AskedTime.optional(),
  to: AskedTime.optional(),
  kind: ExceptionKind.optional(),
  state: z.enum(['open', 'assigned', 'closed', 'not-closed']).default('not-closed'),
  assignee: Text.max(128).optional(),
})
export type ExceptionsQuestion = z.infer<typeof ExceptionsQuestion>

export const CertificatesQuestion = Ranged.extend(Paged.shape)
export const InclusionQuestion = z.strictObject({ leaf: z.coerce.number().int().nonnegative(), size: z.coerce.number().int().positive().optional() })
export const ConsistencyQuestion = z.strictObject({ from: z.coerce.number().int().positive(), to: z.coerce.number().int().positive().optional() })

export const CallProofQuestion = z.strictObject({
  /** Its start: needed for a call that is not held, of which nobody knows where it would be. */
  window: AskedTime.optional(),
  /** Records of the checkpoint that was saved before, since which the log is then proven to have only grown. */
  saved: z.coerce.number().int().positive().optional(),
})

/** What somebody does about an exception: recorded. */
export const ActBody = ExceptionAction.refine(({ note }) => note === undefined || namesNobody(note), { path: ['note'], message: NAMES_SOMEBODY })

/** Why somebody wants to see personal data: recorded. */
export const RevealBody = z.strictObject({ reason: Text.trim().min(1).max(NOTE_CHARACTERS_MAX).refine(namesNobody, NAMES_SOMEBODY) })
export type RevealBody = z.infer<typeof RevealBody>
