import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { projectBatch } from '@rollcall/projector/project-batch'
import { batchesOf } from '@rollcall/projector/read-from'
import type { Pool } from '@rollcall/store/pool'
import { claimPartitions } from '@rollcall/store/projection/claim-partitions'

const READ = { maxBytes: 16 * 1_024 * 1_024, maxWaitMs: 0 }

/** What no reader takes: a record so headed becomes a dead letter, whose bytes are the log's all the same. */
const NOT_READ = { ce_utcoffset: 'unread' }

/** Folds the log with the projector's own core, when it is told to. */
export interface LogProjector {
  /** Folds up to the log's end. @throws Error where an observation is not understood that nobody named */
  fold(): Promise<void>
  /** Observations, by their ids, that are no surprise where they are not understood: `broken` ones never are, `misread` ones not by the readers of this day. */
  readonly letters: Map<string, 'broken' | 'misread'>
}

export const createLogProjector = async (log: EventLog, pool: Pool): Promise<LogProjector> => {
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  const claim = { topic: OBSERVATIONS_TOPIC, partitions: [...bounds.keys()], instance: 'simulation', logClusterId: await log.clusterId() }
  const owned = new Map((await claimPartitions(pool, claim)).map(({ partition, epoch, next }) => [partition, { epoch, next }]))
  const letters: LogProjector['letters'] = new Map()
  const foldPartition = async (partition: number, records: Parameters<typeof batchesOf>[2]): Promise<void> => {
    const mine = owned.get(partition)
    if (mine === undefined) throw new Error(`partition ${partition} is not ours`)
    const letterOf = (record: (typeof records)[number]) => letters.get(record.headers.ce_id ?? '')
    const read = records.map((record) => (letterOf(record) === 'misread' ? { ...record, headers: { ...record.headers, ...NOT_READ } } : record))
    for (const batch of batchesOf(partition, mine.next, read)) {
      const { outcome, deadLetters } = await projectBatch(pool, { topic: OBSERVATIONS_TOPIC, epoch: mine.epoch, publish: false }, batch)
      if (outcome !== 'advanced' || deadLetters !== batch.records.filter((record) => letterOf(record) !== undefined).length)
        throw new Error(`partition ${partition} at ${batch.from}: ${outcome}, ${deadLetters} dead letters`)
      mine.next = batch.to
    }
  }
  return {
    letters,
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
