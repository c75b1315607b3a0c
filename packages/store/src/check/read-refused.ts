import type { Queryable } from '../queryable.ts'
import type { Offsets } from './read-observations-outside.ts'

/** Offsets of one partition's records that tell of no call in the projection: they are dead letters there, be it that Postgres refused what they say. */
export const readRefused = async (db: Queryable, partition: number, { from, to }: Offsets): Promise<ReadonlySet<bigint>> => {
  const { rows } = await db.query<{ log_offset: bigint }>(
    `SELECT log_offset FROM projection.dead_letters WHERE partition = $1 AND log_offset >= $2 AND log_offset < $3 AND reason LIKE 'Postgres refused%'`,
    [partition, from.toString(), to.toString()],
  )
  return new Set(rows.map(({ log_offset }) => log_offset))
}
