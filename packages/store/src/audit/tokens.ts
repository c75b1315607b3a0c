import type { Instant } from '@rollcall/domain/time'
import type { Pool } from '../pool.ts'
import type { Queryable } from '../queryable.ts'
import { inTransaction } from '../transaction.ts'

/** A token of the audit API, as it is known: by its hash alone. */
export interface AuditToken {
  readonly id: string
  readonly subject: string
  readonly scopes: readonly string[]
  /** Null: all. */
  readonly accounts: readonly string[] | null
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly revokedAt: Instant | null
}

interface Row {
  readonly token_id: string
  readonly subject: string
  readonly scopes: string[]
  readonly accounts: string[] | null
  readonly created_at: Date
  readonly expires_at: Date
  readonly revoked_at: Date | null
}

const COLUMNS = 'token_id, subject, scopes, accounts, created_at, expires_at, revoked_at'
const tokenOf = (row: Row): AuditToken => ({
  id: row.token_id,
  subject: row.subject,
  scopes: row.scopes,
  accounts: row.accounts,
  createdAt: row.created_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  revokedAt: row.revoked_at?.getTime() ?? null,
})

/** @param sha256 of the token's text */
export const createToken = async (db: Queryable, token: AuditToken, sha256: Buffer): Promise<void> => {
  await db.query(`INSERT INTO rollcall.audit_tokens (token_id, sha256, subject, scopes, accounts, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`, [
    token.id,
    sha256,
    token.subject,
    token.scopes,
    token.accounts,
    new Date(token.createdAt),
    new Date(token.expiresAt),
  ])
}

/** The token with this hash, also one that is over; null where there is none. */
export const findToken = async (db: Queryable, sha256: Buffer): Promise<AuditToken | null> => {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM rollcall.audit_tokens WHERE sha256 = $1`, [sha256])
  return rows[0] === undefined ? null : tokenOf(rows[0])
}

/** Latest first. */
export const listTokens = async (db: Queryable): Promise<readonly AuditToken[]> => {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM rollcall.audit_tokens ORDER BY created_at DESC, token_id`)
  return rows.map(tokenOf)
}

/**
 * `unknown`: there is no such token. One that was revoked before stays as it was, and is not told again.
 * @param tell is called before it is revoked; where it fails it is not
 */
export const revokeToken = (pool: Pool, id: string, now: Instant, tell: (token: AuditToken) => Promise<void>): Promise<'revoked' | 'unknown'> =>
  inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<Row>(`SELECT ${COLUMNS} FROM rollcall.audit_tokens WHERE token_id = $1 FOR UPDATE`, [id])
    if (rows[0] === undefined) return 'unknown'
    const token = tokenOf(rows[0])
    if (token.revokedAt !== null) return 'revoked'
    await tell(token)
    await tx.query('UPDATE rollcall.audit_tokens SET revoked_at = $2 WHERE token_id = $1', [id, new Date(now)])
    return 'revoked'
  })
