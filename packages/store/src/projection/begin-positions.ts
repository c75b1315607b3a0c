import type { Queryable } from '../queryable.ts'

/** Where a rebuild begins: at the first record of each partition, owned by nobody else. */
export const beginPositions = async (
  db: Queryable,
  { topic, positions, epoch, logClusterId }: { readonly topic: string; readonly positions: ReadonlyMap<number, bigint>; readonly epoch: bigint; readonly logClusterId: string },
): Promise<void> => {
  await db.query(
    'INSERT INTO projection_positions (topic, partition, next_offset, epoch, log_cluster_id) SELECT $1, partition, next, $4, $5 FROM unnest($2::int[], $3::bigint[]) AS p (partition, next)',
    [topic, [...positions.keys()], [...positions.values()].map(String), epoch.toString(), logClusterId],
  )
}
