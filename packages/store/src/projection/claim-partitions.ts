/**
 * Who folds which partition. Every projector says that it is alive, counts the others, and claims its share:
 *
 *   free or lapsed ──claim──► owned (epoch + 1) ──renew in time──► owned (same epoch) ──not renewed──► lapsed
 *
 * A partition that another owns is left alone until its lease lapses or its owner gives it up, and until no transaction of its owner is
 * open on it: one that waits for a paused owner's must not keep us from renewing what is ours. A paused owner that wakes up
 * after its lease was taken writes nothing: its epoch is old, and every write is checked against it (advance-position.ts).
 * A projector that starts again under the name of a killed one takes its partitions at once, under a new epoch.
 */
import type { Queryable } from '../queryable.ts'
import { fairShare } from './fair-share.ts'

/** How long a projector may be silent before its partitions are taken over. */
export const PARTITION_LEASE_MS = 5_000
/** A projector that was silent this long is forgotten. */
export const MEMBER_FORGOTTEN_MS = 3_600_000

export interface OwnedPartition {
  readonly partition: number
  readonly epoch: bigint
  readonly next: bigint
  readonly lastRecordSha256: string | null
}

export interface PartitionClaim {
  readonly topic: string
  readonly partitions: readonly number[]
  /** A name that no other running projector has. */
  readonly instance: string
  /** The log that the positions belong to; a partition folded from another log is refused by `foreignLog`. */
  readonly logClusterId: string
  /** What this process owns now, by epoch: only that is renewed, everything else gets a new epoch. Nothing, at a start. */
  readonly held?: ReadonlyMap<number, bigint>
  readonly leaseMs?: number
}

/** Says we are alive, gives up what is beyond our share, renews what we hold and claims the rest of it that is free; what we own now, in order. */
export const claimPartitions = async (db: Queryable, claim: PartitionClaim): Promise<readonly OwnedPartition[]> => {
  const { topic, partitions, instance, logClusterId, held = new Map(), leaseMs = PARTITION_LEASE_MS } = claim
  const share = fairShare(partitions, await liveMembers(db, instance, leaseMs), instance)
  // Only what is missing: ON CONFLICT alone would wait for every transaction that moves a position.
  await db.query(
    `INSERT INTO projection_positions (topic, partition, log_cluster_id)
     SELECT $1, partition, $3 FROM unnest($2::int[]) AS given (partition)
     WHERE NOT EXISTS (SELECT FROM projection_positions p WHERE p.topic = $1 AND p.partition = given.partition) ON CONFLICT DO NOTHING`,
    [topic, partitions, logClusterId],
  )
  await db.query('UPDATE projection_positions SET owner = NULL, lease_until = NULL WHERE topic = $1 AND owner = $2 AND NOT partition = ANY ($3)', [topic, instance, share])
  const kept = share.filter((partition) => held.has(partition))
  const renewed = await db.query<Row>(
    `UPDATE projection_positions p SET lease_until = now() + $3 * interval '1 millisecond'
     FROM unnest($4::int[], $5::bigint[]) AS held (partition, epoch)
     WHERE p.topic = $1 AND p.partition = held.partition AND p.owner = $2 AND p.epoch = held.epoch
     RETURNING p.partition, p.epoch, p.next_offset, p.last_record_sha256`,
    [topic, instance, leaseMs, kept, kept.map((partition) => held.get(partition)?.toString())],
  )
  const ours = new Set(renewed.rows.map(({ partition }) => partition))
  const claimed = await db.query<Row>(
    `UPDATE projection_positions p
     SET owner = $2, lease_until = now() + $3 * interval '1 millisecond', epoch = p.epoch + 1, log_cluster_id = CASE WHEN p.next_offset = 0 THEN $5 ELSE p.log_cluster_id END
     FROM (SELECT partition FROM projection_positions
           WHERE topic = $1 AND partition = ANY ($4) AND (owner IS NULL OR owner = $2 OR lease_until < now()) FOR UPDATE SKIP LOCKED) AS free
     WHERE p.topic = $1 AND p.partition = free.partition
     RETURNING p.partition, p.epoch, p.next_offset, p.last_record_sha256`,
    [topic, instance, leaseMs, share.filter((partition) => !ours.has(partition)), logClusterId],
  )
  return [...renewed.rows, ...claimed.rows]
    .map((row) => ({ partition: row.partition, epoch: row.epoch, next: row.next_offset, lastRecordSha256: row.last_record_sha256 }))
    .toSorted((a, b) => a.partition - b.partition)
}

interface Row {
  readonly partition: number
  readonly epoch: bigint
  readonly next_offset: bigint
  readonly last_record_sha256: string | null
}

/** Gives up everything at once, so that others need not wait for the lease. */
export const releasePartitions = async (db: Queryable, topic: string, instance: string): Promise<void> => {
  await db.query('UPDATE projection_positions SET owner = NULL, lease_until = NULL WHERE topic = $1 AND owner = $2', [topic, instance])
  await db.query('DELETE FROM rollcall.projector_members WHERE instance = $1', [instance])
}

/** The log that the projection was folded from, where it is not this one; null when all is well. */
export const foreignLog = async (db: Queryable, topic: string, logClusterId: string): Promise<string | null> => {
  const { rows } = await db.query<{ log_cluster_id: string }>(
    'SELECT log_cluster_id FROM projection_positions WHERE topic = $1 AND log_cluster_id <> $2 AND next_offset > 0 LIMIT 1',
    [topic, logClusterId],
  )
  return rows[0]?.log_cluster_id ?? null
}

const liveMembers = async (db: Queryable, instance: string, leaseMs: number): Promise<readonly string[]> => {
  await db.query('INSERT INTO rollcall.projector_members (instance, seen_at) VALUES ($1, now()) ON CONFLICT (instance) DO UPDATE SET seen_at = now()', [instance])
  await db.query(`DELETE FROM rollcall.projector_members WHERE seen_at < now() - $1 * interval '1 millisecond'`, [MEMBER_FORGOTTEN_MS])
  const { rows } = await db.query<{ instance: string }>(`SELECT instance FROM rollcall.projector_members WHERE seen_at > now() - $1 * interval '1 millisecond'`, [leaseMs])
  return rows.map((row) => row.instance)
}
