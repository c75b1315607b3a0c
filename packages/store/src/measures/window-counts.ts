import { WINDOW_MS } from '@rollcall/domain/window/window'

/**
 * What completeness counts of windows (docs/measures.md), as common table expressions that end in `counted (window_from, scans, listed, exact, unlisted, claims)`: one
 * row for each window that was read whole or in which a call was created. `$1` is the account, `$2` and `$3` the range, half-open.
 * @param asOf a parameter, such as `$4`: counts what was known then, by our clock of what was received and by Exotel's of scans; null: what is known now
 */
export const windowCountsSql = (asOf: string | null): string => {
  const scans = asOf === null ? '' : `AND EXISTS (SELECT FROM rollcall.scans s WHERE s.scan_id = ws.scan_id AND s.ended_at <= ${asOf})`
  const by = (column: string): string => (asOf === null ? `${column} IS NOT NULL` : `coalesce(${column} <= ${asOf}, false)`)
  const [isListed, isVerified] = [by('listed_at'), by('first_api_at')]
  const known = asOf === null ? '' : `AND least(first_webhook_at, first_api_at) <= ${asOf}`
  // Only columns of calls_created: of a day's calls no row has to be looked up.
  return `latest AS (
    SELECT DISTINCT ON (window_from) window_from, count(*) OVER (PARTITION BY window_from) AS scans, calls_listed AS listed, CASE WHEN projected THEN calls_listed ELSE calls_held END AS read_back
    FROM rollcall.window_scans ws WHERE account = $1 AND window_from >= $2 AND window_from < $3 ${scans} ORDER BY window_from, started_at DESC, scan_id DESC
  ), held AS (
    SELECT date_bin(interval '${WINDOW_MS} milliseconds', created_at, timestamptz 'epoch') AS window_from,
           count(*) FILTER (WHERE ${isListed}) AS listed, count(*) FILTER (WHERE ${isVerified} AND NOT ${isListed}) AS unlisted, count(*) FILTER (WHERE NOT ${isVerified}) AS claims
    FROM projection.calls WHERE account = $1 AND created_at >= $2 AND created_at < $3 ${known} GROUP BY 1
  ), counted AS (
    SELECT window_from, coalesce(latest.scans, 0) AS scans, coalesce(latest.listed, 0) AS listed, least(coalesce(latest.listed, 0), coalesce(latest.read_back, 0), coalesce(held.listed, 0)) AS exact,
           coalesce(held.unlisted, 0) AS unlisted, coalesce(held.claims, 0) AS claims
    FROM latest FULL JOIN held USING (window_from)
  )`
}
