/**
 * Who folds which partition. Every projector says that it is alive, counts the others, and claims its share:
 *
 *   free or lapsed ──claim──► owned (epoch + 1) ──renew in time──► owned (same epoch) ──not renewed──► lapsed
 *
 * A partition that another owns is left alone until its lease lapses or its owner gives it up. A paused owner that wakes up
 * after its lease was taken writes nothing: its epoch is old, and every write is checked against it (advance-position.ts).
 */
import type { Queryable } from '../queryable.ts'
import { fairShare } from './fair-share.ts'

/** How long a projector may be silent before its partitions are taken over. */
export const PARTITION_LEASE_MS = 5_000

export interface OwnedPartition {
  readonly partition: number
  readonly epoch: bigint
  readonly next: bigint
  readonly lastRecordSha256: string | null
}

export interface PartitionClaim {
  readonly topic: string
  readonly partitions: readonly number[]
  readonly instance: string
  /** The log that the positions belong to; a partition folded from another log is refused by `foreignLog`. */
  readonly logClusterId: string
  readonly leaseMs?: number
}

/** Says we are alive, gives up what is beyond our share, claims or renews the rest; what we own now, in order. */
export const claimPartitions = async (
  db: Queryable,
  { topic, partitions, instance, logClusterId, leaseMs = PARTITION_LEASE_MS }: PartitionClaim,
): Promise<readonly OwnedPartition[]> => {
  const share = fairShare(partitions, await liveMembers(db, instance, leaseMs), instance)
  await db.query(`INSERT INTO projection_positions (topic, partition, log_cluster_id) SELECT $1, partition, $3 FROM unnest($2::int[]) AS partition ON CONFLICT DO NOTHING`, [
    topic,
    partitions,
    logClusterId,
  ])
  await db.query('UPDATE projection_positions SET owner = NULL, lease_until = NULL WHERE topic = $1 AND owner = $2 AND NOT partition = ANY ($3)', [topic, instance, share])
  const { rows } = await db.query<{ partition: number; epoch: bigint; next_offset: bigint; last_record_sha256: string | null }>(
    `UPDATE projection_positions SET owner = $2, epoch = CASE WHEN owner = $2 THEN epoch ELSE epoch + 1 END, lease_until = now() + $4 * interval '1 millisecond'
     WHERE topic = $1 AND partition = ANY ($3) AND (owner IS NULL OR owner = $2 OR lease_until < now())
     RETURNING partition, epoch, next_offset, last_record_sha256`,
    [topic, instance, share, leaseMs],
  )
  return rows
    .map((row) => ({ partition: row.partition, epoch: row.epoch, next: row.next_offset, lastRecordSha256: row.last_record_sha256 }))
    .toSorted((a, b) => a.partition - b.partition)
}

/** Gives up everything at once, so that others need not wait for the lease. */
export const releasePartitions = async (db: Queryable, topic: string, instance: string): Promise<void> => {
  await db.query('UPDATE projection_positions SET owner = NULL, lease_until = NULL WHERE topic = $1 AND owner = $2', [topic, instance])
  await db.query('DELETE FROM rollcall.projector_members WHERE instance = $1', [instance])
}

/** The log that the projection was folded from, where it is not this one; null when all is well. */
export const foreignLog = async (db: Queryable, topic: string, logClusterId: string): Promise<string | null> => {
  const { rows } = await db.query<{ log_cluster_id: string }>(
    'SELECT log_cluster_id FROM projection_positions WHERE topic = $1 AND log_cluster_id IS NOT NULL AND log_cluster_id <> $2 AND next_offset > 0 LIMIT 1',
    [topic, logClusterId],
  )
  return rows[0]?.log_cluster_id ?? null
}

const liveMembers = async (db: Queryable, instance: string, leaseMs: number): Promise<readonly string[]> => {
  await db.query('INSERT INTO rollcall.projector_members (instance, seen_at) VALUES ($1, now()) ON CONFLICT (instance) DO UPDATE SET seen_at = now()', [instance])
  const { rows } = await db.query<{ instance: string }>(`SELECT instance FROM rollcall.projector_members WHERE seen_at > now() - $1 * interval '1 millisecond'`, [leaseMs])
  return rows.map((row) => row.instance)
}
