import type { Queryable } from './queryable.ts'

/** How far each partition of the live projection is folded. */
export const readPositions = async (db: Queryable, topic: string): Promise<ReadonlyMap<number, bigint>> => {
  const { rows } = await db.query<{ partition: number; next_offset: bigint }>('SELECT partition, next_offset FROM projection.projection_positions WHERE topic = $1', [topic])
  return new Map(rows.map((row) => [row.partition, row.next_offset]))
}
