import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'
import type { MeasuredRange } from './range.ts'
import { windowCountsSql } from './window-counts.ts'

/** The windows of one state, and their calls. */
export interface StateCompleteness {
  readonly windows: number
  /** Calls that Exotel listed when the windows were last read whole; 0 where they never were. */
  readonly listed: number
  /** Of those, the calls that were read back as they were listed and are held now: verified and exact. */
  readonly exact: number
  /** Verified calls that are held and that no list ever showed: asked for by Sid. */
  readonly unlisted: number
  /** Calls that only webhooks told of. They count nowhere. */
  readonly claims: number
}

/** The windows of one state in one piece of a range. */
export interface PieceOfState extends StateCompleteness {
  /** Where the piece begins; of one that the range begins within, where the range does. */
  readonly from: Instant
  readonly state: string
}

/** How a range is divided: pieces of `ms`, of which one begins at `origin`, or would. */
export interface Pieces {
  readonly ms: number
  readonly origin: Instant
}

const STATES_NOW = 'SELECT window_from, state FROM rollcall.windows WHERE account = $1 AND window_from >= $2 AND window_from < $3'
const STATES_THEN = `SELECT DISTINCT ON (window_from) window_from, to_state AS state FROM rollcall.window_changes
  WHERE account = $1 AND window_from >= $2 AND window_from < $3 AND noted_at <= $6 ORDER BY window_from, log_offset DESC`

const sqlOf = (states: string, asOf: string | null): string => `
  WITH states AS (${states}), ${windowCountsSql(asOf)}
  SELECT greatest(date_bin($4 * interval '1 millisecond', w.window_from, $5), $2) AS piece, w.state, count(*)::int AS windows, coalesce(sum(c.listed), 0)::int AS listed,
         coalesce(sum(c.exact), 0)::int AS exact, coalesce(sum(c.unlisted), 0)::int AS unlisted, coalesce(sum(c.claims), 0)::int AS claims
  FROM states w LEFT JOIN counted c USING (window_from) GROUP BY 1, 2 ORDER BY 1, 2`

const NOW_SQL = sqlOf(STATES_NOW, null)
const THEN_SQL = sqlOf(STATES_THEN, '$6')

/**
 * Completeness (docs/measures.md) of a range in pieces, by state. A piece without a window is absent.
 * @param range begins and ends where windows do
 * @param asOf as it was known then; null: as it is
 */
export const readCompletenessPieces = async (
  db: Queryable,
  account: string,
  range: MeasuredRange,
  { ms, origin }: Pieces,
  asOf: Instant | null,
): Promise<readonly PieceOfState[]> => {
  const values = [account, new Date(range.from), new Date(range.to), ms, new Date(origin)]
  const { rows } = await db.query<{ piece: Date } & Omit<PieceOfState, 'from'>>(asOf === null ? NOW_SQL : THEN_SQL, asOf === null ? values : [...values, new Date(asOf)])
  return rows.map(({ piece, ...counts }) => ({ from: piece.getTime(), ...counts }))
}
