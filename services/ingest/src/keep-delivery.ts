import type { Observation } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { packRecord } from '@rollcall/event-log/pack-record'
import type { AckWaiters } from './spool/ack-waiters.ts'

/** Where the delivery was durable when it was answered: in the log (hence on several disks), or in this machine's spool only. */
export type Durability = 'log' | 'spool'

/**
 * On disk, then in the log if that does not take too long. Once the append resolves the delivery cannot be lost, and the answer is 200
 * either way; before that it is not acknowledged at all: the append's rejection passes on.
 */
export const keepDelivery = async (
  observation: Observation,
  append: (records: readonly Uint8Array[]) => Promise<bigint>,
  waiters: Pick<AckWaiters, 'wait'>,
): Promise<Durability> => {
  const seq = await append([packRecord(toLogRecord(observation))])
  return (await waiters.wait(seq)) ? 'log' : 'spool'
}
