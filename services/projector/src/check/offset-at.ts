import type { Instant } from '@rollcall/domain/time'
import type { EventLog, PartitionBounds } from '@rollcall/event-log/event-log'

/** One record is enough: a log gives at least one, however little is asked for. */
const PROBE = { maxBytes: 1, maxWaitMs: 2_000 }

/**
 * Where in a partition the records of a moment and after begin, found by halving: the record before it is older, and it is not, or is the end. Records
 * stand there about as they were received, so one that lay in a spool may be on the other side.
 */
export const offsetAt = async (log: Pick<EventLog, 'read'>, topic: string, partition: number, { low, next }: PartitionBounds, at: Instant): Promise<bigint> => {
  let [from, to] = [low, next]
  while (from < to) {
    const middle = (from + to) / 2n
    const [record] = (await log.read(topic, new Map([[partition, middle]]), PROBE)).get(partition) ?? []
    // A log may have gaps: the record that comes after one stands for all of it.
    if (record === undefined || record.offset >= to || record.timestamp >= at) to = middle
    else from = record.offset + 1n
  }
  return from
}
