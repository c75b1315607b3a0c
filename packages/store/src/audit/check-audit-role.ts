import type { Pool } from '../pool.ts'
import type { Queryable } from '../queryable.ts'
import { AUDIT_WRITER_ROLE } from './fold-audit.ts'
import { AUDIT_API_ROLE } from './read-as.ts'

/** The audit service may not start like this; the message is for the operator. */
export class AuditRoleError extends Error {
  override readonly name = 'AuditRoleError'
  readonly exitCode = 2
}

const HOW = `Run as a superuser of the database's server: CREATE ROLE ${AUDIT_API_ROLE} NOLOGIN; CREATE ROLE rollcall_auditor NOLOGIN; CREATE ROLE ${AUDIT_WRITER_ROLE} NOLOGIN; GRANT ${AUDIT_API_ROLE} TO <the login in AUDIT_DATABASE_URL, or else in DATABASE_URL>; GRANT ${AUDIT_WRITER_ROLE} TO <the login in DATABASE_URL>; and start again.`

/** What keeps a login from reading and writing for auditors, for the operator; null where nothing does. */
export const auditRoleProblem = async (db: Queryable): Promise<string | null> => {
  const { rows } = await db.query<{ role: string; member: boolean }>(
    `SELECT rolname AS role, pg_has_role(current_user, oid, 'MEMBER') AS member FROM pg_roles WHERE rolname = ANY ($1)`,
    [[AUDIT_API_ROLE, 'rollcall_auditor', AUDIT_WRITER_ROLE]],
  )
  if (rows.length < 3) return `The roles of auditors are not there. ${HOW}`
  const isMember = (wanted: string): boolean => rows.find(({ role }) => role === wanted)?.member === true
  if (!isMember(AUDIT_WRITER_ROLE)) return `The login may not be ${AUDIT_WRITER_ROLE}. ${HOW}`
  return isMember(AUDIT_API_ROLE) ? null : `The login may not be ${AUDIT_API_ROLE}; it need not where AUDIT_DATABASE_URL names one that may. ${HOW}`
}

/** What the audit service reads by must be able to read and nothing else. @throws AuditRoleError */
export const checkAuditRole = (pool: Pool): Promise<void> => checkRoleOf(pool, AUDIT_API_ROLE, 'read', 'projection.calls', 'SELECT', [])

/** What it folds its topic by must be able to write that and nothing else. @throws AuditRoleError */
export const checkWriterRole = (pool: Pool): Promise<void> => checkRoleOf(pool, AUDIT_WRITER_ROLE, 'write', 'rollcall.audit_fold', 'UPDATE', WRITTEN)

/** All that the writer may change. */
const WRITTEN = [
  'rollcall.audit_fold',
  'rollcall.window_changes',
  'rollcall.exception_actions',
  'rollcall.reveals',
  'rollcall.exports',
  'rollcall.erasures',
  'rollcall.token_actions',
  'rollcall.sign_offs',
]

const checkRoleOf = async (pool: Pool, role: string, verb: string, table: string, privilege: string, mayChange: readonly string[]): Promise<void> => {
  const { rows } = await pool
    .query<{ role: string; superuser: boolean; bypasses: boolean; writable: string | null; does: boolean }>(
      `SELECT current_user AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypasses, has_table_privilege($1, $2) AS does,
              (SELECT min(n.nspname || '.' || c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname IN ('projection', 'rollcall', 'audit') AND c.relkind IN ('r', 'p', 'v') AND n.nspname || '.' || c.relname <> ALL ($3)
                 AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS writable
       FROM pg_roles r WHERE r.rolname = current_user`,
      [table, privilege, mayChange],
    )
    .catch((error: unknown) => {
      const { code } = error as { code?: string }
      // invalid_parameter_value: no such role; insufficient_privilege: not a member of it.
      if (code === '22023' || code === '42501') throw new AuditRoleError(`The audit service cannot ${verb} as ${role}: ${(error as Error).message}. ${HOW}`, { cause: error })
      throw error
    })
  const [found] = rows
  if (found === undefined || found.role !== role || !found.does) throw new AuditRoleError(`The audit service cannot ${verb} as ${role}. ${HOW}`)
  if (found.superuser || found.bypasses || found.writable !== null)
    throw new AuditRoleError(
      `The role ${role} ${found.writable === null ? 'is a superuser or bypasses row security' : `may change ${found.writable}`}; needed is one that can ${verb} what it must and nothing else. Run: ALTER ROLE ${role} NOSUPERUSER NOBYPASSRLS; and REVOKE what it was granted beyond that.`,
    )
}
