import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** What is kept of a window, or of where an account's windows begin, and does not follow from how windows are told to have changed. */
export interface UnlikeChange {
  readonly table: 'accounts' | 'windows' | 'window_history' | 'certified_leaves'
  readonly account: string
  /** Null: it is about the account. */
  readonly windowFrom: Instant | null
  readonly what: 'missing' | 'changed' | 'invented'
}

/** The newest change of each window, and since when it is in that state. */
const NEWEST = `SELECT DISTINCT ON (account, window_from) account, window_from, to_state, reason FROM rollcall.window_changes ORDER BY account, window_from, log_offset DESC`
const SINCE = (before: string): string =>
  `(SELECT s.at FROM rollcall.window_changes s WHERE s.account = c.account AND s.window_from = c.window_from AND s.from_state IS DISTINCT FROM s.to_state ${before} ORDER BY s.log_offset DESC LIMIT 1)`

/** A window is as it was last told; what it was before it was amended is kept; its calls are those of its last certificate; an account begins with its first window. */
const READ = `
  SELECT 'windows' AS table, coalesce(c.account, w.account) AS account, coalesce(c.window_from, w.window_from) AS window_from,
         CASE WHEN w.account IS NULL THEN 'missing' WHEN c.account IS NULL THEN 'invented' ELSE 'changed' END AS what
  FROM (${NEWEST}) c FULL JOIN rollcall.windows w ON w.account = c.account AND w.window_from = c.window_from
  WHERE w.account IS NULL OR c.account IS NULL OR w.state <> c.to_state OR w.reason <> c.reason OR w.since IS DISTINCT FROM ${SINCE('')}
  UNION ALL
  SELECT 'window_history', coalesce(c.account, h.account), coalesce(c.window_from, h.window_from),
         CASE WHEN h.account IS NULL THEN 'missing' WHEN c.account IS NULL THEN 'invented' ELSE 'changed' END
  FROM (SELECT * FROM rollcall.window_changes WHERE to_state = 'amended') c
  FULL JOIN (SELECT *, row_number() OVER (PARTITION BY account, window_from, replaced_at) AS nth FROM rollcall.window_history) h
    ON h.account = c.account AND h.window_from = c.window_from AND h.replaced_at = c.at AND h.nth = 1
  WHERE h.account IS NULL OR c.account IS NULL OR h.state IS DISTINCT FROM c.from_state OR h.since IS DISTINCT FROM ${SINCE('AND s.log_offset < c.log_offset')}
     OR h.reason IS DISTINCT FROM (SELECT b.reason FROM rollcall.window_changes b WHERE b.account = c.account AND b.window_from = c.window_from AND b.log_offset < c.log_offset ORDER BY b.log_offset DESC LIMIT 1)
  UNION ALL
  SELECT 'certified_leaves', coalesce(n.account, l.account), coalesce(n.window_from, l.window_from),
         CASE WHEN l.account IS NULL THEN 'missing' WHEN n.account IS NULL THEN 'invented' ELSE 'changed' END
  FROM (SELECT account, window_from, max(sequence) AS sequence FROM rollcall.window_certificates GROUP BY account, window_from) n
  FULL JOIN rollcall.certified_leaves l ON l.account = n.account AND l.window_from = n.window_from
  WHERE l.account IS NULL OR n.account IS NULL OR l.sequence <> n.sequence
  UNION ALL
  SELECT 'accounts', coalesce(a.account, w.account), NULL, CASE WHEN a.account IS NULL THEN 'missing' WHEN w.account IS NULL THEN 'invented' ELSE 'changed' END
  FROM rollcall.accounts a FULL JOIN (SELECT account, min(window_from) AS first_window FROM rollcall.windows GROUP BY account) w ON w.account = a.account
  WHERE a.account IS NULL OR w.account IS NULL OR a.first_window <> w.first_window`

/** Windows that have changed and of which that is not told yet. */
const WAITING = `EXISTS (SELECT FROM rollcall.audit_outbox o WHERE o.account = f.account AND o.type = 'window-changed' AND o.subject = to_char(f.window_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

/** At most `max`; of windows that have just changed, which is not folded yet, some may be among them. */
export const readUnlikeChanges = async (db: Queryable, max: number): Promise<readonly UnlikeChange[]> => {
  const { rows } = await db.query<{ table: UnlikeChange['table']; account: string; window_from: Date | null; what: UnlikeChange['what'] }>(
    `SELECT * FROM (${READ}) f WHERE f.window_from IS NULL OR NOT ${WAITING} LIMIT $1`,
    [max],
  )
  return rows.map(({ table, account, window_from, what }) => ({ table, account, windowFrom: window_from?.getTime() ?? null, what }))
}
