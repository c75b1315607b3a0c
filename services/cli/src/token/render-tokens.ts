import { canonicalTime, type Instant } from '@rollcall/domain/time'
import type { AuditToken } from '@rollcall/store/audit/tokens'
import { safeText } from '../terminal/safe-text.ts'

/** One token a line. Pure. */
export const renderTokens = (tokens: readonly AuditToken[], now: Instant): readonly string[] =>
  tokens.length === 0
    ? ['There is no token. rollcall token create makes one.']
    : tokens.map(
        ({ id, subject, scopes, accounts, expiresAt, revokedAt }) =>
          `${id}  ${standing(expiresAt, revokedAt, now)}  ${accounts?.join(',') ?? 'all accounts'}  ${scopes.join(',')}  ${safeText(subject)}`,
      )

const standing = (expiresAt: Instant, revokedAt: Instant | null, now: Instant): string => {
  if (revokedAt !== null) return `revoked ${canonicalTime(revokedAt)}`
  return `${expiresAt <= now ? 'expired' : 'until'} ${canonicalTime(expiresAt)}`
}
