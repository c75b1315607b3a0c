import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { type ReadBatch, readRecords } from './read-records.ts'

const READ_BYTES_MAX = 2 * 1024 * 1024
const READ_WAIT_MS = 500
export const RECORDS_PER_TRANSACTION_MAX = 1_000

/** What one read gave, already read into facts: the batches of each partition, in order. */
export type Reading = ReadonlyMap<number, readonly ReadBatch[]>

export interface ReadFromOptions {
  readonly signal?: AbortSignal
  /** Records at or beyond this position of a partition are left for later; without it, none are. */
  readonly until?: (partition: number) => bigint
}

/** Reads from the positions and parses, so that a caller who does not wait has both done while Postgres is busy. */
export const readFrom = async (log: EventLog, from: ReadonlyMap<number, bigint>, { signal, until }: ReadFromOptions = {}): Promise<Reading> => {
  const records = await log.read(OBSERVATIONS_TOPIC, from, { maxBytes: READ_BYTES_MAX, maxWaitMs: READ_WAIT_MS, ...(signal === undefined ? {} : { signal }) })
  const reading = new Map<number, readonly ReadBatch[]>()
  for (const [partition, found] of records) {
    const end = until?.(partition)
    const wanted = end === undefined ? found : found.filter((record) => record.offset < end)
    const batches: ReadBatch[] = []
    let position = from.get(partition) ?? 0n
    for (let first = 0; first < wanted.length; first += RECORDS_PER_TRANSACTION_MAX) {
      const batch = readRecords(partition, position, wanted.slice(first, first + RECORDS_PER_TRANSACTION_MAX))
      if (batch === null) continue
      batches.push(batch)
      position = batch.to
    }
    if (batches.length > 0) reading.set(partition, batches)
  }
  return reading
}
