import type { CallRecord } from '@rollcall/domain/call/record'
import { isContentRefused } from '@rollcall/store/errors'
import type { Pool } from '@rollcall/store/pool'
import type { Advance } from '@rollcall/store/projection/advance-position'
import { applyBatch } from '@rollcall/store/projection/apply-batch'
import { readStates } from '@rollcall/store/projection/read-states'
import { refusedReason } from '@rollcall/store/projection/refused-reason'
import { foldBatch } from './fold-batch.ts'
import { inBatchSpan } from './in-batch-span.ts'
import { asDeadLetters, type ReadBatch, readRecords } from './read-records.ts'

/** The same call changed in another partition this many times while we folded it: more is no coincidence. */
const RACES_MAX = 10

export interface ProjectOptions {
  readonly topic: string
  readonly epoch: bigint
  /** Whether what changed is to be published. */
  readonly publish: boolean
  /** Told of every call record that was written: what it was before, null where it is new, and what it is. */
  readonly onWritten?: (before: CallRecord | null, after: CallRecord) => void
}

export interface Projected {
  /** `advanced`: all of it is written. Anything else: a part of it may be, from its beginning. */
  readonly outcome: Advance
  /** Records written as dead letters. */
  readonly deadLetters: number
}

/**
 * Reads what is held, folds, writes. Should Postgres refuse the content in spite of all checks, the batch is halved until the one
 * record is found that it refuses, and that becomes a dead letter: a partition never stands still because of what a record says.
 */
export const projectBatch = async (pool: Pool, options: ProjectOptions, batch: ReadBatch): Promise<Projected> => {
  try {
    return { outcome: await inBatchSpan(batch, () => fold(pool, options, batch)), deadLetters: batch.deadLetters.length }
  } catch (error) {
    if (!isContentRefused(error)) throw error
    const { partition, from, records } = batch
    if (records.length === 1) {
      const letter = asDeadLetters(batch, refusedReason(error))
      return { outcome: await fold(pool, options, letter), deadLetters: 1 }
    }
    const half = records.length >> 1
    const first = readRecords(partition, from, records.slice(0, half))
    const second = readRecords(partition, first?.to ?? from, records.slice(half))
    let deadLetters = 0
    for (const part of [first, second]) {
      if (part === null) continue
      const projected = await projectBatch(pool, options, part)
      if (projected.outcome !== 'advanced') return { ...projected, deadLetters }
      deadLetters += projected.deadLetters
    }
    return { outcome: 'advanced', deadLetters }
  }
}

/** A lost race starts over from fresh states. */
const fold = async (pool: Pool, { topic, epoch, publish, onWritten }: ProjectOptions, batch: ReadBatch): Promise<Advance> => {
  const { partition, from, to, lastRecordSha256, observations, deadLetters } = batch
  for (let race = 0; race < RACES_MAX; race += 1) {
    const held = await readStates(pool, [...batch.calls.values()])
    const calls = foldBatch(batch.calls, held)
    const applied = await applyBatch(pool, { topic, partition, epoch, from, to, lastRecordSha256, calls, observations, deadLetters, ...batch.notices }, { publish })
    if (applied === 'advanced') for (const { record } of calls) onWritten?.(held.get(`${record.account}|${record.callSid}`)?.record ?? null, record)
    if (applied !== 'raced') return applied
  }
  throw new Error(`${topic}[${partition}]: the batch at ${from} lost ${RACES_MAX} races for its calls`)
}
