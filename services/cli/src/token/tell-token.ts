import { Scope } from '@rollcall/contracts/audit-api/session'
import type { TokenCreated } from '@rollcall/contracts/token-action'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import type { AuditToken } from '@rollcall/store/audit/tokens'
import { NO_ACCOUNT, type RecordAction } from '../audit/record-action.ts'

/** Records what somebody is about to do with a token. It may be of several accounts, so the record is of none. */
export const tellToken =
  (record: RecordAction, type: 'token-created' | 'token-revoked', { at, by }: { readonly at: Instant; readonly by: string }) =>
  async (token: AuditToken): Promise<void> =>
    record(NO_ACCOUNT, { type, token: allowedBy(token), at: canonicalTime(at), by })

const allowedBy = ({ id, subject, scopes, accounts, expiresAt }: AuditToken): TokenCreated['token'] => ({
  id,
  subject,
  scopes: scopes.map((scope) => Scope.parse(scope)),
  accounts: accounts === null ? null : [...accounts],
  expiresAt: canonicalTime(expiresAt),
})
