import { z } from 'zod'
import { SignedDay, SignOffNote } from './audit-api/sign-off.ts'
import { Day, Text, Time } from './audit-api/words.ts'

/** Somebody has reviewed a day and signs it off, as `rollcall.audit.v1` tells it; written by the audit service before it answers. */
export const DaySigned = z.strictObject({
  type: z.literal('day-signed'),
  day: Day,
  signed: SignedDay,
  note: SignOffNote.nullable(),
  at: Time,
  /** The subject of their token, and its issuer where that is another. */
  by: Text.min(1).max(1_024),
})
export type DaySigned = z.infer<typeof DaySigned>
