import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** What came of asking a recording's host for it. */
export interface RecordingCheck {
  readonly checkedAt: Instant
  readonly outcome: 'answered' | 'not-asked' | 'failed'
  /** HTTP's; null where nothing was answered. */
  readonly status: number | null
  readonly bytes: number | null
  readonly contentType: string | null
  /** Null where it answered. */
  readonly reason: string | null
}

export const saveRecordingCheck = async (db: Queryable, account: string, callSid: string, check: RecordingCheck): Promise<void> => {
  await db.query(
    `INSERT INTO rollcall.recording_checks (account, call_sid, checked_at, outcome, status, bytes, content_type, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (account, call_sid) DO UPDATE SET checked_at = excluded.checked_at, attempts = recording_checks.attempts + 1, outcome = excluded.outcome,
       status = excluded.status, bytes = excluded.bytes, content_type = excluded.content_type, reason = excluded.reason`,
    [account, callSid, new Date(check.checkedAt), check.outcome, check.status, check.bytes, check.contentType, check.reason],
  )
}

/** Null where its host was not asked. */
export const readRecordingCheck = async (db: Queryable, account: string, callSid: string): Promise<RecordingCheck | null> => {
  const { rows } = await db.query<Pick<RecordingCheck, 'outcome' | 'status' | 'reason'> & { checked_at: Date; bytes: string | null; content_type: string | null }>(
    'SELECT checked_at, outcome, status, bytes, content_type, reason FROM rollcall.recording_checks WHERE account = $1 AND call_sid = $2',
    [account, callSid],
  )
  const [row] = rows
  if (row === undefined) return null
  const { checked_at, bytes, content_type, ...rest } = row
  return { ...rest, checkedAt: checked_at.getTime(), bytes: bytes === null ? null : Number(bytes), contentType: content_type }
}
