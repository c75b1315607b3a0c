import { z } from 'zod'
import { AccountSid, Time } from './words.ts'

/**
 * What a token allows.
 *   audit:read        every answer, personal fields masked
 *   pii:read          reveals
 *   exceptions:write  assign, annotate, close
 *   export            downloads
 *   days:sign         sign a day off
 */
export const SCOPES = ['audit:read', 'pii:read', 'exceptions:write', 'export', 'days:sign'] as const
export const Scope = z.enum(SCOPES)
export type Scope = z.infer<typeof Scope>

/** Who is asking. */
export const SessionAnswer = z.strictObject({
  subject: z.string(),
  scopes: z.array(Scope),
  /** Null: all. */
  accounts: z.array(AccountSid).nullable(),
  expiresAt: Time,
})
export type SessionAnswer = z.infer<typeof SessionAnswer>
