import type { Queryable } from '../queryable.ts'

/** Of these calls, the surfaces of the webhooks that no reader understood, as ingest recognised them; calls without any are left out. */
export const readQuarantined = async (db: Queryable, account: string, callSids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> => {
  if (callSids.length === 0) return new Map()
  const { rows } = await db.query<{ call_sid: string; surfaces: string[] }>(
    `SELECT s.call_sid, array_agg(DISTINCT d.headers ->> 'ce_surface') AS surfaces
     FROM unnest($2::text[]) AS s (call_sid) JOIN projection.dead_letters d ON d.headers ->> 'ce_subject' = s.call_sid
     WHERE d.headers ->> 'ce_account' = $1 AND d.headers ->> 'ce_surface' NOT IN ('call-list', 'call-lookup')
     GROUP BY s.call_sid`,
    [account, callSids],
  )
  return new Map(rows.map((row) => [row.call_sid, row.surfaces]))
}
