import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** What somebody did about an exception. */
export interface ExceptionActionRow {
  readonly logOffset: bigint
  readonly at: Instant
  readonly actor: string
  readonly action: 'assign' | 'annotate' | 'close'
  readonly assignee: string | null
  readonly resolution: string | null
  readonly note: string | null
}

/** Nobody reads more at once; all of it is in the audit topic. */
export const ACTIONS_MAX = 500

/** The newest, oldest first. */
export const readExceptionActions = async (db: Queryable, account: string, kind: string, subject: readonly (string | number)[]): Promise<readonly ExceptionActionRow[]> => {
  const { rows } = await db.query<Omit<ExceptionActionRow, 'logOffset' | 'at'> & { log_offset: bigint; at: Date }>(
    `SELECT log_offset, at, actor, action, assignee, resolution, note FROM rollcall.exception_actions
     WHERE account = $1 AND kind = $2 AND subject = $3::jsonb ORDER BY log_offset DESC LIMIT $4`,
    [account, kind, JSON.stringify(subject), ACTIONS_MAX],
  )
  return rows.toReversed().map(({ log_offset, at, ...row }) => ({ ...row, logOffset: log_offset, at: at.getTime() }))
}
