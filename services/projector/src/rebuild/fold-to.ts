import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { Pool } from '@rollcall/store/pool'
import { REBUILD_SCHEMA } from '@rollcall/store/rebuild/rebuild-schema'
import { atOnce } from '../at-once.ts'
import { projectBatch } from '../project-batch.ts'
import { batchesOf, readFrom } from '../read-from.ts'
import type { ReadLog } from './patient-log.ts'
import { EMPTY_READS_MAX, missingRecords } from './records-below.ts'

/** Nobody else writes to the projection that is rebuilt: it has one owner, and one epoch. */
export const EPOCH = 1n
/** Transactions at once; so many connections the pool has. */
export const FOLDED_AT_ONCE = 4

export const writtenByAnother = (outcome: string): Error => new Error(`${REBUILD_SCHEMA} was written by somebody else (${outcome}); run one rebuild at a time`)

export type Positions = Map<number, bigint>

/** Folds each partition, as a projector does, up to its target and not one record further; moves `positions`. */
export const foldTo = async (log: Pick<ReadLog, 'read'>, pool: Pool, positions: Positions, target: ReadonlyMap<number, bigint>): Promise<void> => {
  for (let empty = 0; ; ) {
    const behind = new Map([...positions].filter(([partition, next]) => next < (target.get(partition) ?? 0n)))
    if (behind.size === 0) return
    const reading = await readFrom(log, behind)
    empty = [...reading].some(([partition, [first]]) => first !== undefined && first.offset < (target.get(partition) ?? 0n)) ? 0 : empty + 1
    if (empty > EMPTY_READS_MAX) {
      const [partition = 0, next = 0n] = [...behind][0] ?? []
      throw missingRecords(OBSERVATIONS_TOPIC, partition, next, target.get(partition) ?? 0n)
    }
    // As many as there are connections: a transaction that waited for one would be given up.
    await atOnce(FOLDED_AT_ONCE, [...reading], async ([partition, records]) => {
      const end = target.get(partition) ?? 0n
      const wanted = records.filter(({ offset }) => offset < end)
      for (const batch of batchesOf(partition, behind.get(partition) ?? 0n, wanted)) {
        const { outcome } = await projectBatch(pool, { topic: OBSERVATIONS_TOPIC, epoch: EPOCH, publish: false }, batch)
        if (outcome !== 'advanced') throw writtenByAnother(outcome)
        positions.set(partition, batch.to)
      }
    })
  }
}
