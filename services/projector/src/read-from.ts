import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { type ReadBatch, readRecords } from './read-records.ts'

/** As stored. Two readings are in memory at once: the one that is applied and the one after it. */
const READ_BYTES_MAX = 4 * 1024 * 1024
const READ_WAIT_MS = 500
const BOUNDS = { maxBytes: READ_BYTES_MAX, maxWaitMs: READ_WAIT_MS }
export const RECORDS_PER_TRANSACTION_MAX = 1_000

/** What one read gave, by partition, in order. No list is empty. */
export type Reading = ReadonlyMap<number, readonly StoredRecord[]>

export const readFrom = (log: Pick<EventLog, 'read'>, from: ReadonlyMap<number, bigint>, signal?: AbortSignal): Promise<Reading> =>
  log.read(OBSERVATIONS_TOPIC, from, signal === undefined ? BOUNDS : { ...BOUNDS, signal })

/** One partition's records as batches of one transaction each, read only when they are asked for, so that it happens while Postgres writes another. */
export function* batchesOf(partition: number, from: bigint, records: readonly StoredRecord[]): Generator<ReadBatch> {
  let position = from
  for (let first = 0; first < records.length; first += RECORDS_PER_TRANSACTION_MAX) {
    const batch = readRecords(partition, position, records.slice(first, first + RECORDS_PER_TRANSACTION_MAX))
    if (batch === null) return
    yield batch
    position = batch.to
  }
}
