import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** More of an account's audit records than this do not wait: its runs end at once until the log takes some. About 100 MB, or a month without the log. */
export const AUDIT_RECORDS_WAITING_MAX = 200_000

export interface AuditBacklog {
  /** Audit records that are not known to be published; counted up to AUDIT_RECORDS_WAITING_MAX. */
  readonly waiting: number
  readonly oldestAt: Instant | null
}

export const readAuditBacklog = async (db: Queryable, account: string): Promise<AuditBacklog> => {
  const { rows } = await db.query<{ waiting: number; oldest: Date | null }>(
    `SELECT (SELECT count(*)::int FROM (SELECT FROM rollcall.audit_outbox WHERE account = $1 LIMIT $2) AS counted) AS waiting,
            (SELECT noted_at FROM rollcall.audit_outbox WHERE account = $1 ORDER BY id LIMIT 1) AS oldest`,
    [account, AUDIT_RECORDS_WAITING_MAX],
  )
  return { waiting: rows[0]?.waiting ?? 0, oldestAt: rows[0]?.oldest?.getTime() ?? null }
}
