import { z } from 'zod'
import { NOTE_CHARACTERS_MAX } from './bounds.ts'
import { NAMES_SOMEBODY, namesNobody } from './unnamed-people.ts'
import { AccountSid, Count, Day, Position, Text, Time } from './words.ts'

/** SHA-256 in hex of the newest certificate of each window of a day (docs/audit-proof.md, Sign-offs): another one as soon as one of them is superseded. */
const DayDigest = z.string().regex(/^[0-9a-f]{64}$/)

/** What was signed: a day of which every window was closed. Counts of calls as in StateCompleteness. */
export const SignedDay = z.strictObject({
  /** Windows by their state. */
  final: Count,
  amended: Count,
  listed: Count,
  exact: Count,
  unlisted: Count,
  claims: Count,
  digest: DayDigest,
})
export type SignedDay = z.infer<typeof SignedDay>

/** One sign-off as it stands in the audit topic. */
export const SignOffItem = z.strictObject({
  position: Position,
  at: Time,
  /** Whose token or sign-in it was. */
  by: z.string(),
  signed: SignedDay,
  note: z.string().nullable(),
  /** No certificate of the day is another one since. */
  unchanged: z.boolean(),
})
export type SignOffItem = z.infer<typeof SignOffItem>

export const SignOffsAnswer = z.strictObject({
  account: AccountSid,
  day: Day,
  /** Of the day as it is now. */
  digest: DayDigest,
  /** Newest first, at most 500. */
  signOffs: z.array(SignOffItem),
})
export type SignOffsAnswer = z.infer<typeof SignOffsAnswer>

export const SignOffNote = Text.trim().min(1).max(NOTE_CHARACTERS_MAX)

/** Who reviewed the day signs it: recorded. */
export const SignOffBody = z.strictObject({
  /** Of the day as it was reviewed: where it is another one by now, nothing is signed. */
  digest: DayDigest.optional(),
  note: SignOffNote.refine(namesNobody, NAMES_SOMEBODY).optional(),
})
export type SignOffBody = z.infer<typeof SignOffBody>
