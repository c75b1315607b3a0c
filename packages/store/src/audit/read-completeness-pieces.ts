import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { MeasuredRange } from '../measures/range.ts'
import type { StateCompleteness } from '../measures/read-completeness.ts'
import type { Queryable } from '../queryable.ts'

/** The windows of one state in one piece of a range. */
export interface PieceOfState extends StateCompleteness {
  /** Where the piece begins. */
  readonly from: Instant
  readonly state: string
}

/** Windows as they are, each with its last read; and calls as they are held. */
const NOW = {
  states: 'SELECT window_from, state FROM rollcall.windows WHERE account = $1 AND window_from >= $2 AND window_from < $3',
  scans: '$6::timestamptz IS NULL',
  poll: `state -> 'firstSeen' ? 'poll'`,
  lookup: `state -> 'firstSeen' ? 'lookup'`,
  known: 'true',
}
/** The same as it was known at a moment: by our clock for what was noted and received, by Exotel's for when a scan ended. */
const THEN = {
  states: `SELECT DISTINCT ON (window_from) window_from, to_state AS state FROM rollcall.window_changes
           WHERE account = $1 AND window_from >= $2 AND window_from < $3 AND noted_at <= $6 ORDER BY window_from, log_offset DESC`,
  scans: 'EXISTS (SELECT FROM rollcall.scans s WHERE s.scan_id = ws.scan_id AND s.ended_at <= $6)',
  poll: `coalesce((state -> 'firstSeen' ->> 'poll')::bigint <= extract(epoch FROM $6::timestamptz) * 1000, false)`,
  lookup: `coalesce((state -> 'firstSeen' ->> 'lookup')::bigint <= extract(epoch FROM $6::timestamptz) * 1000, false)`,
  known: `least((state -> 'firstSeen' ->> 'webhook')::bigint, (state -> 'firstSeen' ->> 'poll')::bigint, (state -> 'firstSeen' ->> 'lookup')::bigint) <= extract(epoch FROM $6::timestamptz) * 1000`,
}

const sqlOf = ({ states, scans, poll, lookup, known }: typeof NOW): string => `
  WITH states AS (${states}), latest AS (
    SELECT DISTINCT ON (window_from) window_from, calls_listed, CASE WHEN projected THEN calls_listed ELSE calls_held END AS read_back
    FROM rollcall.window_scans ws WHERE account = $1 AND window_from >= $2 AND window_from < $3 AND ${scans} ORDER BY window_from, started_at DESC, scan_id DESC
  ), held AS (
    SELECT date_bin(interval '${WINDOW_MS} milliseconds', created_at, timestamptz 'epoch') AS window_from,
           count(*) FILTER (WHERE ${poll}) AS listed, count(*) FILTER (WHERE ${lookup} AND NOT ${poll}) AS unlisted, count(*) FILTER (WHERE NOT ${lookup} AND NOT ${poll}) AS claims
    FROM projection.calls WHERE account = $1 AND created_at >= $2 AND created_at < $3 AND ${known} GROUP BY 1
  )
  SELECT date_bin($4 * interval '1 millisecond', w.window_from, $5) AS piece, w.state, count(*)::int AS windows, coalesce(sum(latest.calls_listed), 0)::int AS listed,
         coalesce(sum(least(latest.calls_listed, latest.read_back, coalesce(held.listed, 0))), 0)::int AS exact,
         coalesce(sum(held.unlisted), 0)::int AS unlisted, coalesce(sum(held.claims), 0)::int AS claims
  FROM states w LEFT JOIN latest USING (window_from) LEFT JOIN held USING (window_from) GROUP BY 1, 2 ORDER BY 1, 2`

const NOW_SQL = sqlOf(NOW)
const THEN_SQL = sqlOf(THEN)

/**
 * Completeness (docs/measures.md) of a range in pieces of `pieceMs`, counted from its beginning, by state. A piece without a window is absent.
 * @param range begins and ends where windows do
 * @param asOf as it was known then; null: as it is
 */
export const readCompletenessPieces = async (db: Queryable, account: string, range: MeasuredRange, pieceMs: number, asOf: Instant | null): Promise<readonly PieceOfState[]> => {
  const { rows } = await db.query<{ piece: Date } & Omit<PieceOfState, 'from'>>(asOf === null ? NOW_SQL : THEN_SQL, [
    account,
    new Date(range.from),
    new Date(range.to),
    pieceMs,
    new Date(range.from),
    asOf === null ? null : new Date(asOf),
  ])
  return rows.map(({ piece, ...counts }) => ({ from: piece.getTime(), ...counts }))
}
