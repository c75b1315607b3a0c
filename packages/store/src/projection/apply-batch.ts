/**
 * One batch, one transaction: the position's compare-and-set, call records, observation rows, dead letters, notices, outbox. Together or not at all.
 * The position goes first: it takes the row lock that keeps a second owner of the partition out until this one has committed.
 * Killed anywhere before COMMIT, nothing has happened, and the batch is read again.
 */
import { upsertHeartbeats } from '../heartbeat/upsert-heartbeats.ts'
import type { Pool } from '../pool.ts'
import { upsertSmsStatuses } from '../sms/upsert-sms-statuses.ts'
import { inTransaction, Rollback } from '../transaction.ts'
import { type Advance, advancePosition } from './advance-position.ts'
import type { Batch } from './batch.ts'
import { insertDeadLetters } from './insert-dead-letters.ts'
import { insertObservations } from './insert-observations.ts'
import { insertOutbox } from './insert-outbox.ts'
import { upsertCalls } from './upsert-calls.ts'

/** `raced`: a call changed between reading and writing it (the same call in two partitions); fold the batch again from fresh states. */
export type Applied = Advance | 'raced'

export interface ApplyOptions {
  /** Whether changes go to the outbox: not where a rebuild folds what was published long ago. */
  readonly publish: boolean
}

export const applyBatch = async (pool: Pool, batch: Batch, { publish }: ApplyOptions = { publish: true }): Promise<Applied> => {
  try {
    return await inTransaction<Applied>(pool, async (tx) => {
      const moved = await advancePosition(tx, batch)
      if (moved !== 'advanced') throw new Rollback<Applied>(moved)
      if ((await upsertCalls(tx, batch.calls)) !== batch.calls.length) throw new Rollback<Applied>('raced')
      await insertObservations(tx, batch.partition, batch.observations)
      await insertDeadLetters(tx, batch.partition, batch.deadLetters)
      await upsertHeartbeats(tx, batch.heartbeats)
      await upsertSmsStatuses(tx, batch.smsStatuses)
      if (publish) await insertOutbox(tx, batch.partition, batch.calls)
      return 'advanced'
    })
  } catch (error) {
    if (error instanceof Rollback) return error.result as Applied
    throw error
  }
}
