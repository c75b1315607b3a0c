import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { Queryable } from '../queryable.ts'
import type { MeasuredRange } from './range.ts'

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

/** Do we hold what Exotel has? What is not proven is counted apart, not guessed. */
export interface Completeness {
  /** Windows that the range should have. */
  readonly windowsExpected: number
  /** Windows that are closed: in them, and in them alone, a call that is listed and not held is missing for good. */
  readonly closed: StateCompleteness
  /** Windows of every state there is. A window of the range that is in none was never taken on. */
  readonly byState: Readonly<Record<string, StateCompleteness>>
}

const NOTHING: StateCompleteness = { windows: 0, listed: 0, exact: 0, unlisted: 0, claims: 0 }
const CLOSED = ['final', 'amended']

/** `range` must begin and end where windows do. */
export const readCompleteness = async (db: Queryable, account: string, range: MeasuredRange): Promise<Completeness> => {
  const { rows } = await db.query<{ state: string } & Readonly<Record<keyof StateCompleteness, string>>>(
    `WITH latest AS (
       SELECT DISTINCT ON (window_from) window_from, calls_listed, CASE WHEN projected THEN calls_listed ELSE calls_held END AS read_back
       FROM rollcall.window_scans WHERE account = $1 AND window_from >= $2 AND window_from < $3 ORDER BY window_from, started_at DESC, scan_id DESC
     ), held AS (
       SELECT date_bin($4 * interval '1 millisecond', created_at, timestamptz 'epoch') AS window_from,
              count(*) FILTER (WHERE verified AND state -> 'firstSeen' ? 'poll') AS listed,
              count(*) FILTER (WHERE verified AND NOT state -> 'firstSeen' ? 'poll') AS unlisted,
              count(*) FILTER (WHERE NOT verified) AS claims
       FROM projection.calls WHERE account = $1 AND created_at >= $2 AND created_at < $3 GROUP BY 1
     )
     SELECT w.state, count(*) AS windows, coalesce(sum(latest.calls_listed), 0) AS listed,
            coalesce(sum(least(latest.calls_listed, latest.read_back, coalesce(held.listed, 0))), 0) AS exact,
            coalesce(sum(held.unlisted), 0) AS unlisted, coalesce(sum(held.claims), 0) AS claims
     FROM rollcall.windows w LEFT JOIN latest USING (window_from) LEFT JOIN held USING (window_from)
     WHERE w.account = $1 AND w.window_from >= $2 AND w.window_from < $3 GROUP BY w.state ORDER BY w.state`,
    [account, new Date(range.from), new Date(range.to), WINDOW_MS],
  )
  const byState = Object.fromEntries(
    rows.map(({ state, windows, listed, exact, unlisted, claims }) => [
      state,
      { windows: Number(windows), listed: Number(listed), exact: Number(exact), unlisted: Number(unlisted), claims: Number(claims) },
    ]),
  )
  return { windowsExpected: (range.to - range.from) / WINDOW_MS, closed: CLOSED.reduce((sum, state) => plus(sum, byState[state] ?? NOTHING), NOTHING), byState }
}

const plus = (a: StateCompleteness, b: StateCompleteness): StateCompleteness => ({
  windows: a.windows + b.windows,
  listed: a.listed + b.listed,
  exact: a.exact + b.exact,
  unlisted: a.unlisted + b.unlisted,
  claims: a.claims + b.claims,
})
