import type { Queryable } from '../queryable.ts'

/** Per partition of the topic, the offset that the projection reads next; a partition it never read is absent. */
export const readProjectedPositions = async (db: Queryable, topic: string): Promise<ReadonlyMap<number, bigint>> => {
  const { rows } = await db.query<{ partition: number; next_offset: string }>('SELECT partition, next_offset FROM projection.projection_positions WHERE topic = $1', [topic])
  return new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]))
}
