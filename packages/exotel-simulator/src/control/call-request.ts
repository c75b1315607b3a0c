import { z } from 'zod'
import { CALL_KINDS } from '../calls/call-kind.ts'
import { CALL_SECONDS_MAX } from '../traffic-plan.ts'

const phone = z.string().min(1).max(64)

/** A call to be made now; what is not named is drawn from the seed. */
export const CallRequest = z.strictObject({
  kind: z.enum(CALL_KINDS).optional().describe('Left out: drawn from the traffic’s mix.'),
  seconds: z.int().positive().max(CALL_SECONDS_MAX).optional().describe('From creation to hang-up.'),
  from: phone.optional(),
  to: phone.optional(),
  exophone: phone.optional(),
  customField: z.string().max(128).nullable().optional(),
  parentCallSid: z.string().max(64).optional(),
  encoding: z.enum(['json', 'urlencoded', 'multipart']).optional().describe('Of a StatusCallback.'),
  wantsAnswered: z.boolean().optional().describe('Whether answered events are sent.'),
})
