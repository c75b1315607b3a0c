/**
 * Folds the log from its beginning into a projection beside the live one and compares the two:
 *
 *   lock ► empty schema ► fold up to the live positions, again and again, until little is left ► hold the live positions still
 *     ► fold the rest ► compare digests ► (swap) ► let go
 *
 * Live projectors go on all the while and wait only for the last step. Killed anywhere, the live projection is as it was. One rebuild at a
 * time: its last step runs on the connection that holds the lock, so without the lock nothing is swapped.
 */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { type EventLog, LogUnavailableError } from '@rollcall/event-log/event-log'
import { OperatorError } from '@rollcall/service/operator-error'
import { PROJECTION_SCHEMA } from '@rollcall/store/migrate'
import { type Connection, createPool, type Pool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { projectionDigest } from '@rollcall/store/projection/projection-digest'
import { readPositions } from '@rollcall/store/projection-positions'
import { underRebuildLock } from '@rollcall/store/rebuild-lock'
import { alignVersions, dropRebuilt, lockLivePositions, makeRebuildSchema, REBUILD_SCHEMA, swapInRebuild } from '@rollcall/store/rebuild-schema'
import { inTransactionOn } from '@rollcall/store/transaction'
import { atOnce } from './at-once.ts'
import { halt } from './check-position.ts'
import { projectBatch } from './project-batch.ts'
import { batchesOf, readFrom } from './read-from.ts'

/** With fewer records than this between the two, the live positions are held still for the rest. */
const REST_RECORDS_MAX = 2_000n
/** So many reads in a row that bring nothing below the target: half a minute. A record there was damaged since it was folded. */
const EMPTY_READS_MAX = 60
const EPOCH = 1n
const CONNECTIONS = 4
const STATEMENT_MS_MAX = 600_000

export interface RebuildOptions {
  readonly log: EventLog
  readonly databaseUrl: string
  /** Put the rebuilt projection in the live one's place; otherwise only compare. */
  readonly swap: boolean
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

type Positions = Map<number, bigint>

/** @throws OperatorError when another rebuild runs, or when the log does not reach as far as the projection that it is to be compared with. */
export const rebuildProjection = async (options: RebuildOptions): Promise<Rebuilt> => {
  const began = performance.now()
  const pool = (searchPath: string, max: number) =>
    createPool({ databaseUrl: options.databaseUrl, applicationName: 'rollcall-rebuild', searchPath, max, statementMsMax: STATEMENT_MS_MAX })
  const [live, shadow] = [pool(PROJECTION_SCHEMA, 1), pool(REBUILD_SCHEMA, CONNECTIONS)]
  try {
    const locked = await underRebuildLock(live, async (holder) => {
      try {
        return await rebuild(options, holder, shadow)
      } catch (error) {
        // Projectors wait for what a failed last step holds.
        await holder.query('ROLLBACK').catch(() => {})
        throw error
      } finally {
        await dropRebuilt(holder).catch(() => {})
      }
    })
    if (!('done' in locked)) throw underWay(locked.underWay)
    return { ...locked.done, swapped: options.swap, seconds: (performance.now() - began) / 1_000 }
  } finally {
    await Promise.all([live.end(), shadow.end()])
  }
}

const rebuild = async ({ log, databaseUrl, swap }: RebuildOptions, holder: Connection, shadow: Pool): Promise<Omit<Rebuilt, 'swapped' | 'seconds'>> => {
  await makeRebuildSchema(holder, databaseUrl)
  const starts: ReadonlyMap<number, bigint> = new Map([...(await log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { low }]) => [partition, low]))
  const positions: Positions = new Map(starts)
  await beginPositions(shadow, { topic: OBSERVATIONS_TOPIC, positions, epoch: EPOCH, logClusterId: await log.clusterId() })
  let target = await targetOf(log, holder, swap)
  while (distance(positions, target) > REST_RECORDS_MAX) {
    await foldTo(log, shadow, positions, target)
    target = await targetOf(log, holder, swap)
  }
  if (swap) await alignVersions(holder)
  return inTransactionOn(holder, async () => {
    await lockLivePositions(holder)
    await foldTo(log, shadow, positions, await targetOf(log, holder, swap))
    const [before, after] = await Promise.all([projectionDigest(holder, PROJECTION_SCHEMA), projectionDigest(shadow, REBUILD_SCHEMA)])
    if (swap) await swapInRebuild(holder)
    const observations = Number(distance(starts, positions))
    return { liveDigest: before.digest, rebuiltDigest: after.digest, equal: before.digest === after.digest, calls: after.calls, observations }
  })
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
const targetOf = async (log: EventLog, live: Connection, swap: boolean): Promise<ReadonlyMap<number, bigint>> => {
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

/** Folds each partition up to its target and not one record further. */
const foldTo = async (log: EventLog, pool: Pool, positions: Positions, target: ReadonlyMap<number, bigint>): Promise<void> => {
  for (let empty = 0; ; ) {
    const behind = new Map([...positions].filter(([partition, next]) => next < (target.get(partition) ?? 0n)))
    if (behind.size === 0) return
    const reading = await readFrom(log, behind)
    empty = [...reading].some(([partition, [first]]) => first !== undefined && first.offset < (target.get(partition) ?? 0n)) ? 0 : empty + 1
    if (empty > EMPTY_READS_MAX) {
      const [partition, next] = [...behind][0] ?? []
      throw new LogUnavailableError(
        `${OBSERVATIONS_TOPIC}[${partition}]: the log gives no record from ${next} to ${target.get(partition ?? 0)}, which the projection was folded from`,
      )
    }
    // As many as there are connections: a transaction that waited for one would be given up.
    await atOnce(CONNECTIONS, [...reading], async ([partition, records]) => {
      const end = target.get(partition) ?? 0n
      const wanted = records.filter(({ offset }) => offset < end)
      for (const batch of batchesOf(partition, behind.get(partition) ?? 0n, wanted)) {
        const { outcome } = await projectBatch(pool, { topic: OBSERVATIONS_TOPIC, epoch: EPOCH, publish: false }, batch)
        if (outcome !== 'advanced') throw new Error(`${REBUILD_SCHEMA} was written by somebody else (${outcome}); run one rebuild at a time`)
        positions.set(partition, batch.to)
      }
    })
  }
}
