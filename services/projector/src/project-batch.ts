import type { Pool } from '@rollcall/store/pool'
import { type Applied, applyBatch } from '@rollcall/store/projection/apply-batch'
import { readStates } from '@rollcall/store/projection/read-states'
import { foldBatch } from './fold-batch.ts'
import type { ReadBatch } from './read-records.ts'

/** The same call changed in another partition this many times while we folded it: more is no coincidence. */
const RACES_MAX = 10

/** Reads what is held, folds, writes. A lost race starts over from fresh states. */
export const projectBatch = async (pool: Pool, topic: string, epoch: bigint, batch: ReadBatch): Promise<Exclude<Applied, 'raced'>> => {
  const keys = [...batch.calls.values()]
  for (let race = 0; race < RACES_MAX; race += 1) {
    const calls = foldBatch(batch.calls, await readStates(pool, keys))
    const { partition, from, to, lastRecordSha256, observations, deadLetters } = batch
    const applied = await applyBatch(pool, { topic, partition, epoch, from, to, lastRecordSha256, calls, observations, deadLetters })
    if (applied !== 'raced') return applied
  }
  throw new Error(`${topic}[${batch.partition}]: the batch at ${batch.from} lost ${RACES_MAX} races for its calls`)
}
