import { WINDOW_MS } from '@rollcall/domain/window/window'

/**
 * What completeness counts of windows (docs/measures.md), as common table expressions that end in `counted (window_from, scans, listed, exact, unlisted, claims)`: one
 * row for each window that was read whole or in which a call was created. `$1` is the account, `$2` and `$3` the range, half-open.
 * @param asOf a parameter, such as `$4`: counts what was known then, all by our clock: calls by what had been received, in the windows where it said that they were
 *   created, and scans by when they had spoken; null: what is known now
 */
export const windowCountsSql = (asOf: string | null): string => {
  const by = (column: string): string => (asOf === null ? `${column} IS NOT NULL` : `coalesce(${column} <= ${asOf}, false)`)
  const [isListed, isVerified] = [by('listed_at'), by('first_api_at')]
  return `latest AS (
    SELECT DISTINCT ON (window_from) window_from, count(*) OVER (PARTITION BY window_from) AS scans, calls_listed AS listed, CASE WHEN projected THEN calls_listed ELSE calls_held END AS read_back
    FROM rollcall.window_scans ws WHERE account = $1 AND window_from >= $2 AND window_from < $3 ${asOf === null ? '' : `AND noted_at <= ${asOf}`} ORDER BY window_from, started_at DESC, scan_id DESC
  ), known AS (${asOf === null ? CALLS_NOW : callsThen(asOf)}
  ), held AS (
    SELECT date_bin(interval '${WINDOW_MS} milliseconds', created_at, timestamptz 'epoch') AS window_from,
           count(*) FILTER (WHERE ${isListed}) AS listed, count(*) FILTER (WHERE ${isVerified} AND NOT ${isListed}) AS unlisted, count(*) FILTER (WHERE NOT ${isVerified}) AS claims
    FROM known WHERE created_at >= $2 AND created_at < $3 GROUP BY 1
  ), counted AS (
    SELECT window_from, coalesce(latest.scans, 0) AS scans, coalesce(latest.listed, 0) AS listed, least(coalesce(latest.listed, 0), coalesce(latest.read_back, 0), coalesce(held.listed, 0)) AS exact,
           coalesce(held.unlisted, 0) AS unlisted, coalesce(held.claims, 0) AS claims
    FROM latest FULL JOIN held USING (window_from)
  )`
}

// Only columns of calls_created: of a day's calls no row has to be looked up.
const CALLS_NOW = 'SELECT created_at, listed_at, first_api_at FROM projection.calls WHERE account = $1 AND created_at >= $2 AND created_at < $3'

/**
 * The calls of the range as they were known then. No row of the API is without a time of creation (api-row.ts), so what the API had told of, and nobody ever told
 * another window of, was created where it is now. Of the others the observations are looked up: calls that only webhooks told of then, and those of `created_latest`.
 */
const callsThen = (asOf: string): string => `
    SELECT CASE WHEN c.first_api_at <= ${asOf} THEN c.created_at ELSE ${createdThen(asOf)} END AS created_at, c.listed_at, c.first_api_at
    FROM projection.calls c
    WHERE c.account = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.created_latest IS NULL AND least(c.first_webhook_at, c.first_api_at) <= ${asOf}
    UNION ALL
    SELECT ${createdThen(asOf)}, c.listed_at, c.first_api_at
    FROM projection.calls c
    WHERE c.account = $1 AND c.created_latest >= $2 AND (c.state #>> '{spreads,createdAt,0}')::timestamptz < $3 AND least(c.first_webhook_at, c.first_api_at) <= ${asOf}`

/** The time of creation that had won by then, as the merge chooses it (register-order.ts); null where none was told. */
const createdThen = (asOf: string): string => `(
      SELECT (o.facts #>> '{values,createdAt}')::timestamptz FROM projection.observations o
      WHERE o.account = $1 AND o.call_sid = c.call_sid AND o.received_at >= least(c.first_webhook_at, c.first_api_at) AND o.received_at <= ${asOf} AND o.facts #>> '{values,createdAt}' IS NOT NULL
      ORDER BY o.surface IN ('call-list', 'call-lookup') DESC, (o.facts ->> 'vendorTime')::bigint DESC NULLS LAST, o.facts #>> '{values,createdAt}' COLLATE "C" DESC LIMIT 1)`
