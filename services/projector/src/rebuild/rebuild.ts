/**
 * Folds the log from its beginning into a projection beside the live one and compares the two:
 *
 *   lock ► empty schema ► load up to the live positions ► fold what came meanwhile, until little is left ► compare, in one snapshot of the live
 *     projection ► (versions ► hold the live positions still ► fold the rest ► swap) ► let go
 *
 * Live projectors go on all the while and wait only for the swap. Stopped or killed anywhere, the live projection is as it was, and the next rebuild
 * begins anew. One rebuild at a time: its last step runs on the connection that holds the lock, so without the lock nothing is swapped.
 */
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLogAddress } from '@rollcall/event-log/open-event-log'
import { OperatorError } from '@rollcall/service/operator-error'
import { PROJECTION_SCHEMA } from '@rollcall/store/migrate'
import type { Connection, Pool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { projectionDigest } from '@rollcall/store/projection/projection-digest'
import { readPositions } from '@rollcall/store/projection-positions'
import { underRebuildLock } from '@rollcall/store/rebuild/rebuild-lock'
import { alignVersions, dropRebuilt, lockLivePositions, makeRebuildSchema, REBUILD_SCHEMA, swapInRebuild } from '@rollcall/store/rebuild/rebuild-schema'
import { inSnapshotOn } from '@rollcall/store/transaction'
import { halt } from '../check-position.ts'
import { cancelWhileAborted } from './cancel-while-aborted.ts'
import { commitSurely } from './commit-surely.ts'
import { EPOCH, FOLDED_AT_ONCE, foldTo, type Positions } from './fold-to.ts'
import { loadHere } from './load-here.ts'
import { loadInThreads } from './load-in-threads.ts'
import { CONNECTIONS_OF_A_LOADER } from './load-partition.ts'
import { loadProjection } from './load-projection.ts'
import { openRebuildPool } from './open-rebuild-pool.ts'
import { patientLog, type ReadLog } from './patient-log.ts'
import { newToldBefore, toldBeforeMemory } from './told-before.ts'
import { whatEnded } from './what-ended.ts'

/** Two rebuilds of one database must not end each other's statements. */
const NAME_BYTES = 4
/** With fewer records than this between the two, the live positions are held still for the rest. */
const REST_RECORDS_MAX = 2_000n
const CONNECTIONS = Math.max(FOLDED_AT_ONCE, CONNECTIONS_OF_A_LOADER)
/** Of calls that are being folded, in all threads. */
const HELD_BYTES_MAX = 300 * 1024 * 1024
/** More would be waiting for Postgres, or take the cores that live projectors work on. */
const THREADS_MAX = 4

export interface RebuildOptions {
  readonly log: ReadLog
  /** Where threads of their own find the same log; null: it is loaded in this one. */
  readonly address: EventLogAddress | null
  readonly databaseUrl: string
  /** Put the rebuilt projection in the live one's place; otherwise only compare. */
  readonly swap: boolean
  /** Ends it before it is done. */
  readonly signal?: AbortSignal
}

export interface Rebuilt {
  readonly liveDigest: string
  readonly rebuiltDigest: string
  readonly equal: boolean
  readonly swapped: boolean
  readonly calls: number
  readonly observations: number
  readonly seconds: number
}

/** @throws OperatorError when another rebuild runs, or when the log does not reach as far as the projection that it is to be compared with; RebuildStoppedError; SwapUnknownError. */
export const rebuildProjection = async (options: RebuildOptions): Promise<Rebuilt> => {
  const began = performance.now()
  const { databaseUrl, signal = new AbortController().signal } = options
  const applicationName = `rollcall-rebuild-${randomBytes(NAME_BYTES).toString('hex')}`
  const live = openRebuildPool(databaseUrl, { applicationName, max: 1, searchPath: PROJECTION_SCHEMA })
  const shadow = openRebuildPool(databaseUrl, { applicationName, max: CONNECTIONS })
  const canceller = openRebuildPool(databaseUrl, { applicationName: 'rollcall-rebuild', max: 1 })
  try {
    const locked = await underRebuildLock(live, async (holder) => {
      const remove = () =>
        dropRebuilt(holder).then(
          () => true,
          () => false,
        )
      try {
        const done = await cancelWhileAborted(
          () => rebuild({ ...options, log: patientLog(options.log, signal), applicationName, signal }, holder, shadow),
          signal,
          canceller,
          applicationName,
        )
        await remove()
        return done
      } catch (error) {
        // Projectors wait for what a failed last step holds.
        await holder.query('ROLLBACK').catch(() => {})
        throw whatEnded(error, { stopped: signal.aborted, removed: await remove() })
      }
    })
    if (!('done' in locked)) throw underWay(locked.underWay)
    return { ...locked.done, swapped: options.swap, seconds: (performance.now() - began) / 1_000 }
  } finally {
    await Promise.all([live, shadow, canceller].map((pool) => pool.end()))
  }
}

interface Running extends RebuildOptions {
  readonly applicationName: string
  readonly signal: AbortSignal
}

const rebuild = async ({ log, address, databaseUrl, applicationName, swap, signal }: Running, holder: Connection, shadow: Pool): Promise<Omit<Rebuilt, 'swapped' | 'seconds'>> => {
  await makeRebuildSchema(holder, databaseUrl)
  const starts: ReadonlyMap<number, bigint> = new Map([...(await log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { low }]) => [partition, low]))
  const positions: Positions = new Map(starts)
  await beginPositions(shadow, { topic: OBSERVATIONS_TOPIC, positions, epoch: EPOCH, logClusterId: await log.clusterId() })
  const [toldBefore, threads] = [toldBeforeMemory(), Math.min(THREADS_MAX, availableParallelism())]
  const load =
    address === null
      ? loadHere({ log, pool: shadow, toldBefore: newToldBefore(toldBefore), heldBytesMax: HELD_BYTES_MAX, keepVersions: swap, signal })
      : loadInThreads({ address, databaseUrl, applicationName, toldBefore, heldBytesMax: HELD_BYTES_MAX / threads, keepVersions: swap }, threads, signal)
  const catchUp = async (): Promise<void> => {
    for (let target = await targetOf(log, holder, swap); distance(positions, target) > REST_RECORDS_MAX; target = await targetOf(log, holder, swap))
      await foldTo(log, shadow, positions, target)
  }
  await loadProjection(holder, shadow, load, { positions, target: await targetOf(log, holder, swap), kept: swap })
  await catchUp()
  const [before, after] = await inSnapshotOn(holder, async () => {
    await foldTo(log, shadow, positions, await targetOf(log, holder, swap))
    return Promise.all([projectionDigest(holder, PROJECTION_SCHEMA), projectionDigest(shadow, REBUILD_SCHEMA)])
  })
  const observations = Number(distance(starts, positions))
  if (swap) {
    await alignVersions(holder)
    await catchUp()
    await commitSurely(holder, shadow, async () => {
      await lockLivePositions(holder)
      await foldTo(log, shadow, positions, await targetOf(log, holder, swap))
      await swapInRebuild(holder)
    })
  }
  return { liveDigest: before.digest, rebuiltDigest: after.digest, equal: before.digest === after.digest, calls: after.calls, observations }
}

const underWay = (pid: number | null): OperatorError =>
  new OperatorError(
    `Another rebuild of the projection in DATABASE_URL is running${pid === null ? '' : ` (its session in Postgres has the pid ${pid})`}; needed is one at a time. ` +
      `Nothing was changed. Wait until it has ended, or end it.`,
  )

/**
 * How far to fold: where the live projection stands. A log that does not reach so far was restored or replaced: a swap is how one goes on with
 * it, so it is folded to its end; there is nothing to compare it with.
 */
const targetOf = async (log: ReadLog, live: Connection, swap: boolean): Promise<ReadonlyMap<number, bigint>> => {
  const target = await readPositions(live, OBSERVATIONS_TOPIC)
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  return new Map(
    [...target].map(([partition, next]) => {
      const end = bounds.get(partition)?.next ?? 0n
      if (next > end && !swap) throw halt(partition, next, `the log ends at ${end}`)
      return [partition, next > end ? end : next]
    }),
  )
}

/** Records between the two, where the first has not reached the second. */
const distance = (positions: ReadonlyMap<number, bigint>, target: ReadonlyMap<number, bigint>): bigint =>
  [...target].reduce((sum, [partition, next]) => {
    const ahead = next - (positions.get(partition) ?? next)
    return ahead > 0n ? sum + ahead : sum
  }, 0n)
