/**
 * Folds the log from its beginning into a projection beside the live one and compares the two:
 *
 *   empty schema ► fold up to the live positions, again and again, until little is left ► hold the live positions still
 *     ► fold the rest ► compare digests ► (swap) ► let go
 *
 * Live projectors go on all the while and wait only for the last step. Killed anywhere, the live projection is as it was.
 */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { PROJECTION_SCHEMA } from '@rollcall/store/migrate'
import { createPool, type Pool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { projectionDigest } from '@rollcall/store/projection/projection-digest'
import { readPositions } from '@rollcall/store/projection-positions'
import { alignVersions, dropRebuildSchema, dropRetired, lockLivePositions, makeRebuildSchema, REBUILD_SCHEMA, swapInRebuild } from '@rollcall/store/rebuild-schema'
import { inTransaction } from '@rollcall/store/transaction'
import { projectBatch } from './project-batch.ts'
import { batchesOf, readFrom } from './read-from.ts'

/** With fewer records than this between the two, the live positions are held still for the rest. */
const REST_RECORDS_MAX = 2_000n
const EPOCH = 1n
const CONNECTIONS = 4
const STATEMENT_MS_MAX = 600_000

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

export const rebuildProjection = async (options: { readonly log: EventLog; readonly databaseUrl: string; readonly swap: boolean }): Promise<Rebuilt> => {
  const began = performance.now()
  const pool = (searchPath: string, max: number) =>
    createPool({ databaseUrl: options.databaseUrl, applicationName: 'rollcall-rebuild', searchPath, max, statementMsMax: STATEMENT_MS_MAX })
  const [live, shadow] = [pool(PROJECTION_SCHEMA, 2), pool(REBUILD_SCHEMA, CONNECTIONS)]
  try {
    await makeRebuildSchema(live, options.databaseUrl)
    const starts: ReadonlyMap<number, bigint> = new Map([...(await options.log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { low }]) => [partition, low]))
    const positions: Positions = new Map(starts)
    await beginPositions(shadow, { topic: OBSERVATIONS_TOPIC, positions, epoch: EPOCH, logClusterId: await options.log.clusterId() })
    let target = await readPositions(live, OBSERVATIONS_TOPIC)
    while (distance(positions, target) > REST_RECORDS_MAX) {
      await foldTo(options.log, shadow, positions, target)
      target = await readPositions(live, OBSERVATIONS_TOPIC)
    }
    if (options.swap) await alignVersions(live)
    const outcome = await inTransaction(live, async (tx) => {
      await lockLivePositions(tx)
      await foldTo(options.log, shadow, positions, await readPositions(tx, OBSERVATIONS_TOPIC))
      const [before, after] = await Promise.all([projectionDigest(tx, PROJECTION_SCHEMA), projectionDigest(shadow, REBUILD_SCHEMA)])
      if (options.swap) await swapInRebuild(tx)
      return { liveDigest: before.digest, rebuiltDigest: after.digest, equal: before.digest === after.digest, calls: after.calls }
    })
    return { ...outcome, swapped: options.swap, observations: Number(distance(new Map(starts), positions)), seconds: (performance.now() - began) / 1_000 }
  } finally {
    await shadow.end()
    await (options.swap ? dropRetired(live) : dropRebuildSchema(live)).catch(() => {})
    await live.end()
  }
}

const distance = (positions: Positions, target: ReadonlyMap<number, bigint>): bigint =>
  [...target].reduce((sum, [partition, next]) => sum + (next - (positions.get(partition) ?? next)), 0n)

/** Folds each partition up to its target and not one record further. */
const foldTo = async (log: EventLog, pool: Pool, positions: Positions, target: ReadonlyMap<number, bigint>): Promise<void> => {
  for (;;) {
    const behind = new Map([...positions].filter(([partition, next]) => next < (target.get(partition) ?? 0n)))
    if (behind.size === 0) return
    const reading = await readFrom(log, behind)
    await Promise.all(
      [...reading].map(async ([partition, records]) => {
        const end = target.get(partition) ?? 0n
        const wanted = records.filter(({ offset }) => offset < end)
        for (const batch of batchesOf(partition, behind.get(partition) ?? 0n, wanted)) {
          const applied = await projectBatch(pool, { topic: OBSERVATIONS_TOPIC, epoch: EPOCH, publish: false }, batch)
          if (applied !== 'advanced') throw new Error(`${REBUILD_SCHEMA} was written by another rebuild at the same time (${applied}); run one at a time`)
          positions.set(partition, batch.to)
        }
      }),
    )
  }
}
