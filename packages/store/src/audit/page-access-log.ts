import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** One deed of a person, as `audit.access_log` has it. */
export interface AccessRow {
  readonly logOffset: bigint
  readonly at: Instant
  readonly type: string
  readonly actor: string
  readonly asTold: boolean
  readonly callSid: string | null
  /** By its type: 000040_access_log.sql. */
  readonly detail: unknown
}

export interface AccessWanted {
  /** Half-open; null: ever. */
  readonly from: Instant | null
  readonly to: Instant | null
  /** Null: all. */
  readonly type: string | null
}

const dateOf = (at: Instant | null | undefined): Date | null => (at === null || at === undefined ? null : new Date(at))

/** What was done before the place `before`, the latest first; from the latest on where it is null. */
export const pageAccessLog = async (
  db: Queryable,
  account: string,
  { from, to, type }: AccessWanted,
  before: { readonly at: Instant; readonly logOffset: bigint } | null,
  limit: number,
): Promise<readonly AccessRow[]> => {
  const { rows } = await db.query<{ log_offset: bigint; at: Date; type: string; actor: string; as_told: boolean; call_sid: string | null; detail: unknown }>(
    `SELECT log_offset, at, type, actor, as_told, call_sid, detail FROM audit.access_log
     WHERE account = $1 AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3) AND ($4::text IS NULL OR type = $4)
       AND ($5::timestamptz IS NULL OR (at, log_offset) < ($5, $6::bigint))
     ORDER BY at DESC, log_offset DESC LIMIT $7`,
    [account, dateOf(from), dateOf(to), type, dateOf(before?.at), before?.logOffset.toString() ?? null, limit],
  )
  return rows.map(({ log_offset, at, as_told, call_sid, ...row }) => ({ ...row, logOffset: log_offset, at: at.getTime(), asTold: as_told, callSid: call_sid }))
}
