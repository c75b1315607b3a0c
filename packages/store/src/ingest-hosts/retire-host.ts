import type { Queryable } from '../queryable.ts'

/** A host that was heard of more recently than this is alive: it would be back at once. */
export const ALIVE_MS_MAX = 60_000

/**
 * Notes that a host will not come back, so that nothing waits for its spools any more. `instance`: the whole name, or how it begins.
 * `alive`: it was heard of a moment ago, and nothing is changed; `ambiguous`: several instances begin so; `unknown`: none does.
 */
export const retireHost = async (db: Queryable, instance: string): Promise<'retired' | 'alive' | 'ambiguous' | 'unknown'> => {
  const { rows } = await db.query<{ instance: string; alive: boolean }>(
    `SELECT instance, bool_or(state = 'running' AND seen_at > clock_timestamp() - $2 * interval '1 millisecond') AS alive
     FROM rollcall.ingest_hosts WHERE starts_with(instance, $1) GROUP BY instance`,
    [instance, ALIVE_MS_MAX],
  )
  const [only] = rows
  if (only === undefined) return 'unknown'
  if (rows.length > 1) return 'ambiguous'
  if (only.alive) return 'alive'
  await db.query('UPDATE rollcall.ingest_hosts SET retired_at = clock_timestamp() WHERE instance = $1 AND retired_at IS NULL', [only.instance])
  return 'retired'
}
