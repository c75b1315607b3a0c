import type { Pool } from '../pool.ts'
import type { Queryable } from '../queryable.ts'
import { AUDIT_API_ROLE } from './read-as.ts'

/** The audit service may not start like this; the message is for the operator. */
export class AuditRoleError extends Error {
  override readonly name = 'AuditRoleError'
  readonly exitCode = 2
}

const HOW = `Run as a superuser of the database's server: CREATE ROLE ${AUDIT_API_ROLE} NOLOGIN; CREATE ROLE rollcall_auditor NOLOGIN; GRANT ${AUDIT_API_ROLE} TO <the login in AUDIT_DATABASE_URL, or else in DATABASE_URL>; and start again.`

/** What keeps a login from reading for auditors, for the operator; null where nothing does. */
export const auditRoleProblem = async (db: Queryable): Promise<string | null> => {
  const { rows } = await db.query<{ role: string; member: boolean }>(
    `SELECT rolname AS role, pg_has_role(current_user, oid, 'MEMBER') AS member FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')`,
  )
  if (rows.length < 2) return `The roles of auditors are not there. ${HOW}`
  return rows.find(({ role }) => role === AUDIT_API_ROLE)?.member === true
    ? null
    : `The login may not be ${AUDIT_API_ROLE}; it need not where AUDIT_DATABASE_URL names one that may. ${HOW}`
}

/** What the audit service reads by must be able to read and nothing else. @throws AuditRoleError */
export const checkAuditRole = async (pool: Pool): Promise<void> => {
  const { rows } = await pool
    .query<{ role: string; superuser: boolean; bypasses: boolean; writable: string | null; reads: boolean }>(
      `SELECT current_user AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypasses, has_table_privilege('projection.calls', 'SELECT') AS reads,
              (SELECT min(c.oid::regclass::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname IN ('projection', 'rollcall', 'audit') AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS writable
       FROM pg_roles r WHERE r.rolname = current_user`,
    )
    .catch((error: unknown) => {
      const { code } = error as { code?: string }
      // invalid_parameter_value: no such role; insufficient_privilege: not a member of it.
      if (code === '22023' || code === '42501')
        throw new AuditRoleError(`The audit service cannot read as ${AUDIT_API_ROLE}: ${(error as Error).message}. ${HOW}`, { cause: error })
      throw error
    })
  const [found] = rows
  if (found === undefined || found.role !== AUDIT_API_ROLE || !found.reads) throw new AuditRoleError(`The audit service cannot read as ${AUDIT_API_ROLE}. ${HOW}`)
  if (found.superuser || found.bypasses || found.writable !== null)
    throw new AuditRoleError(
      `The role ${AUDIT_API_ROLE} ${found.writable === null ? 'is a superuser or bypasses row security' : `may change ${found.writable}`}; needed is one that can read and nothing else. Run: ALTER ROLE ${AUDIT_API_ROLE} NOSUPERUSER NOBYPASSRLS; and REVOKE what it was granted beyond SELECT.`,
    )
}
