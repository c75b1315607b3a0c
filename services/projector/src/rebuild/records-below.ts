import { LogUnavailableError, type StoredRecord } from '@rollcall/event-log/event-log'
import type { ReadLog } from './patient-log.ts'

const READ_BYTES_MAX = 1024 * 1024
const READ_WAIT_MS = 500
/** So many reads in a row that bring nothing: half a minute. A record there was damaged since it was folded. */
export const EMPTY_READS_MAX = 60

export interface Span {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  /** No record at it or after is given. */
  readonly to: bigint
}

/** The records of a partition in order, the next ones being read while somebody works on these. @throws LogUnavailableError where some are not to be had. */
export async function* newRecordsBelow(log: Pick<ReadLog, 'read'>, { topic, partition, from, to }: Span): AsyncGenerator<readonly StoredRecord[]> {
  const readAt = (next: bigint) => {
    const reading = next < to ? log.read(topic, new Map([[partition, next]]), { maxBytes: READ_BYTES_MAX, maxWaitMs: READ_WAIT_MS }) : null
    // Whoever awaits it hears of a failure; until then it must not count as unhandled.
    reading?.catch(() => {})
    return reading
  }
  let empty = 0
  let next = from
  for (let reading = readAt(next); reading !== null; ) {
    const records = (await reading).get(partition) ?? []
    const first = records[0]
    if (first === undefined || first.offset >= to) {
      empty += 1
      if (empty > EMPTY_READS_MAX) throw missingRecords(topic, partition, next, to)
      reading = readAt(next)
      continue
    }
    empty = 0
    next = (records.at(-1)?.offset ?? next) + 1n
    reading = readAt(next)
    yield next <= to ? records : records.filter(({ offset }) => offset < to)
  }
}

export const missingRecords = (topic: string, partition: number, next: bigint, to: bigint): LogUnavailableError =>
  new LogUnavailableError(`${topic}[${partition}]: the log gives no record from ${next} to ${to}, which the projection was folded from`)
