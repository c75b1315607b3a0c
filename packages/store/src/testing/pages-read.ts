import type { Pool } from '../pool.ts'
import type { Queryable } from '../queryable.ts'

interface Explained {
  readonly 'QUERY PLAN': readonly { readonly Plan: Readonly<Record<'Shared Hit Blocks' | 'Shared Read Blocks', number>> }[]
}

/** How many pages of 8 KiB the statements of a read touch: what it costs, whatever else the machine does. For statements that only read. */
export const pagesRead = async (pool: Pool, read: (db: Queryable) => Promise<unknown>): Promise<number> => {
  let pages = 0
  const query = async (text: string, values?: unknown[]) => {
    const { rows } = await pool.query<Explained>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values)
    for (const { Plan } of rows[0]?.['QUERY PLAN'] ?? []) pages += Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']
    return pool.query(text, values)
  }
  await read({ query } as unknown as Queryable)
  return pages
}
