/**
 * How a fact came, as SQL: `webhook`, the lane of the scan that its row stood in, `chase` where it was asked for by Sid in a batch, or
 * `lookup`. `source` is who told of it; the read's id is text and may be anybody's, so it is compared as text.
 */
export const laneSql = (source: string, scanId: string): string => `CASE ${source}
  WHEN 'webhook' THEN 'webhook'
  WHEN 'lookup' THEN 'lookup'
  ELSE coalesce((SELECT s.lane FROM rollcall.scans s WHERE s.scan_id = ${uuidSql(scanId)}),
                (SELECT 'chase' FROM rollcall.chase_reads r WHERE r.read_id = ${uuidSql(scanId)}), 'unknown') END`

/** What is no UUID becomes null. */
const uuidSql = (text: string): string => `CASE WHEN ${text} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN ${text}::uuid END`
