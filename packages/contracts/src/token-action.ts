import { z } from 'zod'
import { Actor } from './audit-action.ts'
import { Scope } from './audit-api/session.ts'
import { AccountSid, Text, Time } from './audit-api/words.ts'

/** Accounts of one token that sees some. */
export const TOKEN_ACCOUNTS_MAX = 1_000

/** A token of the audit API by what it allows; never its text, nor the hash of it. */
const AllowedToken = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  /** Whose it is. */
  subject: Text.min(1).max(1_024),
  scopes: z.array(Scope).min(1),
  /** Null: all, also those to come. */
  accounts: z.array(AccountSid).min(1).max(TOKEN_ACCOUNTS_MAX).nullable(),
  expiresAt: Time,
})

/** What tokens of the audit API there are, as `rollcall.audit.v1` tells it before it is so. A token may be of several accounts, so the record is of none. `by` is as it was told. */
export const TokenCreated = z.strictObject({ type: z.literal('token-created'), token: AllowedToken, at: Time, by: Actor })
export type TokenCreated = z.infer<typeof TokenCreated>

/** It ends now, whatever its `expiresAt`. */
export const TokenRevoked = z.strictObject({ type: z.literal('token-revoked'), token: AllowedToken, at: Time, by: Actor })
export type TokenRevoked = z.infer<typeof TokenRevoked>
