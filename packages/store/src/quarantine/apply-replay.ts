/**
 * A dead letter that can be read after all, in one transaction: the letter goes, and what it says takes its place, as if it had been read
 * when it came. The position stays where it is: the record lies behind it. The positions' table is locked as a projector's write locks
 * it, so that a rebuild which takes the projection's place comes before or after, and never in between.
 */
import { markDays } from '../audit/mark-days.ts'
import { upsertHeartbeats } from '../heartbeat/upsert-heartbeats.ts'
import type { Pool } from '../pool.ts'
import type { Batch } from '../projection/batch.ts'
import { insertObservations } from '../projection/insert-observations.ts'
import { insertOutbox } from '../projection/insert-outbox.ts'
import { upsertCalls } from '../projection/upsert-calls.ts'
import { upsertSmsStatuses } from '../sms/upsert-sms-statuses.ts'
import { inTransaction, Rollback } from '../transaction.ts'

export type Replay = Pick<Batch, 'partition' | 'calls' | 'observations' | 'heartbeats' | 'smsStatuses'> & { readonly logOffset: bigint }

/** `raced`: the call changed between reading and writing it; fold again. `gone`: the letter is no longer there, somebody else has replayed it. */
export type Replayed = 'replayed' | 'raced' | 'gone'

export const applyReplay = async (pool: Pool, { partition, logOffset, calls, observations, heartbeats, smsStatuses }: Replay): Promise<Replayed> => {
  const place = [partition, logOffset.toString()]
  try {
    return await inTransaction<Replayed>(pool, async (tx) => {
      await tx.query('LOCK TABLE projection_positions IN ROW EXCLUSIVE MODE')
      const { rowCount } = await tx.query('DELETE FROM dead_letters WHERE partition = $1 AND log_offset = $2', place)
      if (rowCount !== 1) throw new Rollback<Replayed>('gone')
      if ((await upsertCalls(tx, calls)) !== calls.length) throw new Rollback<Replayed>('raced')
      await tx.query('DELETE FROM observations WHERE partition = $1 AND log_offset = $2', place)
      await insertObservations(tx, partition, observations)
      await upsertHeartbeats(tx, heartbeats)
      await upsertSmsStatuses(tx, smsStatuses)
      await insertOutbox(tx, partition, calls)
      for (const { record } of calls) await markDays(tx, record.account, [record.callSid])
      return 'replayed'
    })
  } catch (error) {
    if (error instanceof Rollback) return error.result as Replayed
    throw error
  }
}
