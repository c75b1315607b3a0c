import type { Queryable } from '../queryable.ts'
import type { Batch } from './batch.ts'

/**
 * Moves a position, if it stands where we think and the partition is still ours:
 * `fenced` when another projector has taken it over, `behind` when the position was moved (a rebuild took the projection's place).
 */
export type Advance = 'advanced' | 'fenced' | 'behind'

export const advancePosition = async (
  db: Queryable,
  { topic, partition, from, to, epoch, lastRecordSha256 }: Pick<Batch, 'topic' | 'partition' | 'from' | 'to' | 'epoch' | 'lastRecordSha256'>,
): Promise<Advance> => {
  const key = [topic, partition]
  const { rowCount } = await db.query({
    name: 'advance-position',
    text: 'UPDATE projection_positions SET next_offset = $5, last_record_sha256 = $6 WHERE topic = $1 AND partition = $2 AND next_offset = $3 AND epoch = $4',
    values: [...key, from.toString(), epoch.toString(), to.toString(), lastRecordSha256],
  })
  if (rowCount === 1) return 'advanced'
  const { rows } = await db.query<{ epoch: bigint }>('SELECT epoch FROM projection_positions WHERE topic = $1 AND partition = $2', key)
  return rows[0]?.epoch === epoch ? 'behind' : 'fenced'
}
