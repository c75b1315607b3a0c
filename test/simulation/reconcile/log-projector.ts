import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { projectBatch } from '@rollcall/projector/project-batch'
import { batchesOf } from '@rollcall/projector/read-from'
import type { Pool } from '@rollcall/store/pool'
import { claimPartitions } from '@rollcall/store/projection/claim-partitions'

const READ = { maxBytes: 16 * 1_024 * 1_024, maxWaitMs: 0 }

/** Folds the log with the projector's own core, when it is told to. */
export interface LogProjector {
  /** Folds up to the log's end. */
  fold(): Promise<void>
}

export const createLogProjector = async (log: EventLog, pool: Pool): Promise<LogProjector> => {
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  const claim = { topic: OBSERVATIONS_TOPIC, partitions: [...bounds.keys()], instance: 'simulation', logClusterId: await log.clusterId() }
  const owned = new Map((await claimPartitions(pool, claim)).map(({ partition, epoch, next }) => [partition, { epoch, next }]))
  const foldPartition = async (partition: number, records: Parameters<typeof batchesOf>[2]): Promise<void> => {
    const mine = owned.get(partition)
    if (mine === undefined) throw new Error(`partition ${partition} is not ours`)
    for (const batch of batchesOf(partition, mine.next, records)) {
      const { outcome, deadLetters } = await projectBatch(pool, { topic: OBSERVATIONS_TOPIC, epoch: mine.epoch, publish: false }, batch)
      if (outcome !== 'advanced' || deadLetters > 0) throw new Error(`partition ${partition} at ${batch.from}: ${outcome}, ${deadLetters} dead letters`)
      mine.next = batch.to
    }
  }
  return {
    async fold() {
      const ends = await log.bounds(OBSERVATIONS_TOPIC)
      const behind = (): ReadonlyMap<number, bigint> =>
        new Map([...owned].flatMap(([partition, { next }]) => (next < (ends.get(partition)?.next ?? 0n) ? [[partition, next]] : [])))
      for (let from = behind(); from.size > 0; from = behind()) {
        for (const [partition, records] of await log.read(OBSERVATIONS_TOPIC, from, READ)) await foldPartition(partition, records)
      }
    },
  }
}
