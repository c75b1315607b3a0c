/**
 * A projector stands still while another takes every partition of it, and wakes up without knowing:
 *
 *   paused ► its leases lapse ► another owns all, and folds nothing ► it wakes up and reads what was appended meanwhile ► each write is refused
 *
 * The other one folds nothing, so that every position stays where the paused one left it: the epoch alone can refuse its writes, and one that
 * goes through moves a position. Until it has tried, its own claim, by which it would learn that it owns nothing, waits for a row that we hold.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { traffic } from '@rollcall/projector/testing/call-records'
import { until } from '@rollcall/projector/testing/until'
import type { Pool } from '@rollcall/store/pool'
import { claimPartitions, PARTITION_LEASE_MS, releasePartitions } from '@rollcall/store/projection/claim-partitions'
import { projectionDigest } from '@rollcall/store/projection/projection-digest'
import { readPositions } from '@rollcall/store/projection-positions'
import { signalTo } from './signal-to.ts'
import type { Projector, Stage } from './start-stage.ts'

const ANOTHER = 'another'
/** Longer than all of this takes. */
const KEPT_MS = 3_600_000
const MEANWHILE_CALLS = 500
const WAIT_MS_MAX = 120_000
/** A connection of ours that waits in a transaction is ended after 10 s, and a statement of the projector's after 15. */
const TRIES_MS_MAX = 8_000
const APPEND_MS_MAX = 30_000
const LOOK_EVERY_MS = 50

export interface Woken {
  readonly pausedSeconds: number
  /** Writes of the paused one that were refused after it woke up, by its own count; at least one, or nothing is proven. */
  readonly zombieWritesRefused: number
  /** Partitions whose position it has moved. */
  readonly zombieWritesDone: number
  /** Whether anything else of the projection is not as it was. */
  readonly zombieChangedAnything: boolean
}

/** `projector` is the only one that runs, and has folded everything. When this ends it works again, and has folded everything. */
export const pauseOne = async ({ pool, log, untilFolded }: Stage, projector: Projector, seconds: number, firstCall: number): Promise<Woken> => {
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  const partitions = [...bounds.keys()]
  await until('it owns everything', async () => (await projector.status()).owned.length === partitions.length, WAIT_MS_MAX)
  await untilFolded()
  const { refused } = await projector.status()
  const began = performance.now()
  signalTo(projector.pid, 'SIGSTOP')
  const logClusterId = await log.clusterId()
  const claim = () => claimPartitions(pool, { topic: OBSERVATIONS_TOPIC, partitions, instance: ANOTHER, logClusterId, leaseMs: KEPT_MS })
  // Whose lease lapses depends on how long the projector was silent, which a claim for so long would not notice.
  await sleep(Math.max(seconds * 1_000, PARTITION_LEASE_MS))
  await forgetMember(pool, projector.instance)
  await until('another owns everything', async () => (await claim()).length === partitions.length, WAIT_MS_MAX)
  await log.append(OBSERVATIONS_TOPIC, traffic(MEANWHILE_CALLS, firstCall), { deadlineMs: APPEND_MS_MAX })
  const before = await projected(pool)
  const pausedSeconds = Math.round((performance.now() - began) / 1_000)

  const letClaim = await holdClaims(pool, projector.instance)
  try {
    signalTo(projector.pid, 'SIGCONT')
    for (const giveUpAt = performance.now() + TRIES_MS_MAX; performance.now() < giveUpAt; await sleep(LOOK_EVERY_MS))
      if ((await projector.status().catch(() => ({ refused }))).refused > refused || (await moved(pool, before)) > 0) break
  } finally {
    await letClaim()
  }
  await until('it knows that it owns nothing', async () => (await projector.status().catch(() => ({ owned: partitions }))).owned.length === 0, WAIT_MS_MAX)
  const woken: Woken = {
    pausedSeconds,
    zombieWritesRefused: (await projector.status()).refused - refused,
    zombieWritesDone: await moved(pool, before),
    zombieChangedAnything: (await projected(pool)).digest !== before.digest,
  }
  await releasePartitions(pool, OBSERVATIONS_TOPIC, ANOTHER)
  await untilFolded()
  return woken
}

const projected = async (pool: Pool) => ({ positions: await readPositions(pool, OBSERVATIONS_TOPIC), digest: JSON.stringify(await projectionDigest(pool, 'projection')) })

const moved = async (pool: Pool, { positions }: { readonly positions: ReadonlyMap<number, bigint> }): Promise<number> =>
  [...(await readPositions(pool, OBSERVATIONS_TOPIC))].filter(([partition, next]) => positions.get(partition) !== next).length

const forgetMember = (pool: Pool, instance: string) => pool.query('DELETE FROM rollcall.projector_members WHERE instance = $1', [instance])

/** A projector says first of all that it is alive, in a row of its own: while another transaction has written the same it waits. Gives what lets it go on. */
const holdClaims = async (pool: Pool, instance: string): Promise<() => Promise<void>> => {
  const connection = await pool.connect()
  await connection.query('BEGIN')
  await connection.query('INSERT INTO rollcall.projector_members (instance, seen_at) VALUES ($1, now())', [instance])
  return async () => {
    await connection.query('ROLLBACK').finally(() => connection.release())
  }
}
