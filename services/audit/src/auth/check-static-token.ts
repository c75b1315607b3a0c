import { Scope } from '@rollcall/contracts/audit-api/session'
import type { Clock } from '@rollcall/domain/time'
import { tokenHash } from '@rollcall/store/audit/issue-token'
import type { AuditToken } from '@rollcall/store/audit/tokens'
import { QuestionError } from '../question-error.ts'
import type { Principal } from './principal.ts'

/** @throws QuestionError where there is no such token, or it is over */
export const checkStaticToken =
  (find: (sha256: Buffer) => Promise<AuditToken | null>, clock: Clock) =>
  async (token: string): Promise<Principal> => {
    const found = await find(tokenHash(token))
    if (found === null) throw new QuestionError('unauthenticated', 'The token is not one of ours.')
    if (found.revokedAt !== null) throw new QuestionError('token-expired', 'The token was revoked. Ask whoever gave it to you for another.')
    if (found.expiresAt <= clock())
      throw new QuestionError('token-expired', `The token expired at ${new Date(found.expiresAt).toISOString()}. Ask whoever gave it to you for another.`)
    const scopes = found.scopes.flatMap((scope) => Scope.safeParse(scope).data ?? [])
    return { subject: found.subject, scopes: new Set(scopes), accounts: found.accounts === null ? null : new Set(found.accounts), expiresAt: found.expiresAt }
  }
