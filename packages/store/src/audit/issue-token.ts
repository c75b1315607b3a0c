import { hash, randomBytes } from 'node:crypto'
import { DAY, type Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import { type AuditToken, createToken } from './tokens.ts'

/** What every token of ours begins with: so it is told from a JWT, and found by who searches for leaked ones. */
export const TOKEN_PREFIX = 'rca_'
export const TOKEN_DAYS_MAX = 400
const SECRET_BYTES = 24
const ID_BYTES = 4

/** The hash by which a token is kept and looked up; the time that takes says nothing of the token itself. */
export const tokenHash = (token: string): Buffer => hash('sha256', token, 'buffer')

/**
 * Makes a token and keeps its hash. The text is given once, here; nobody can read it again.
 * @param tell is called before anything is kept; where it fails nothing is
 */
export const issueToken = async (
  db: Queryable,
  wanted: { readonly subject: string; readonly scopes: readonly string[]; readonly accounts: readonly string[] | null; readonly days: number; readonly now: Instant },
  tell: (token: AuditToken) => Promise<void>,
): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: Instant }> => {
  const { subject, scopes, accounts, days, now } = wanted
  const id = randomBytes(ID_BYTES).toString('hex')
  const token = TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString('base64url')
  const expiresAt = now + days * DAY
  const kept: AuditToken = { id, subject, scopes, accounts, createdAt: now, expiresAt, revokedAt: null }
  await tell(kept)
  await createToken(db, kept, tokenHash(token))
  return { id, token, expiresAt }
}
