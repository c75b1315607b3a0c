import type { Pool } from './pool.ts'

export const POSTGRES_VERSION_MIN = 15

/** The database or the role must not be used like this; the message is for the operator. */
export class UnsafeRoleError extends Error {
  override readonly name = 'UnsafeRoleError'
  readonly exitCode = 2
}

export interface RoleFacts {
  readonly role: string
  readonly superuser: boolean
  readonly bypassesRowSecurity: boolean
  /** Such as 18. */
  readonly serverMajor: number
}

export const readRole = async (pool: Pool): Promise<RoleFacts> => {
  const { rows } = await pool.query<{ role: string; superuser: boolean; bypasses: boolean; version: number }>(
    `SELECT rolname AS role, rolsuper AS superuser, rolbypassrls AS bypasses, current_setting('server_version_num')::int AS version FROM pg_roles WHERE rolname = current_user`,
  )
  const row = rows[0]
  if (row === undefined) throw new UnsafeRoleError('the current role is not in pg_roles; needed is an ordinary login role that owns the database')
  return { role: row.role, superuser: row.superuser, bypassesRowSecurity: row.bypasses, serverMajor: Math.floor(row.version / 10_000) }
}

/** What is wrong with the role, one sentence each; empty when nothing is. */
export const roleProblems = ({ role, superuser, bypassesRowSecurity, serverMajor }: RoleFacts): readonly string[] => [
  ...(superuser
    ? [
        `the role ${role} in DATABASE_URL is a superuser; needed is one that only owns its database. Run: CREATE ROLE rollcall LOGIN PASSWORD '…'; CREATE DATABASE rollcall OWNER rollcall; and name it in DATABASE_URL.`,
      ]
    : []),
  ...(bypassesRowSecurity && !superuser ? [`the role ${role} in DATABASE_URL has BYPASSRLS; needed is one without. Run: ALTER ROLE ${role} NOBYPASSRLS;`] : []),
  ...(serverMajor < POSTGRES_VERSION_MIN ? [`the server is Postgres ${serverMajor}; needed is ${POSTGRES_VERSION_MIN} or newer. Point DATABASE_URL at a newer server.`] : []),
]

/** @throws UnsafeRoleError with everything that is wrong. */
export const checkRole = async (pool: Pool): Promise<void> => {
  const problems = roleProblems(await readRole(pool))
  if (problems.length > 0) throw new UnsafeRoleError(problems.join('\n'))
}
