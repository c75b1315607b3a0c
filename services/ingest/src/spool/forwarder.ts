import { setImmediate as turn } from 'node:timers/promises'
import type { LogRecord } from '@rollcall/event-log/event-log'
import type { SegmentLog, SegmentRecord } from '@rollcall/segment-log/segment-log'
import { backoffMs } from './backoff-ms.ts'

/*
 * Spool to log. One path, always: what is on disk and not acknowledged is read in order, sent in batches, and each batch is sent again
 * until the log acknowledges it. A batch takes whatever queued while the one before was in flight, so its size follows the load; only a
 * backlog of full batches is worth having two on the way (measured: splitting what queued between two halves the throughput).
 *
 * `position` is the end of the acknowledged prefix. Batches in flight may be acknowledged out of order; the position waits for the oldest.
 * Crash anywhere: the durable cursor is at or below the position, so some records are sent again. They keep their ids and the merge
 * absorbs them. Nothing is ever skipped; a batch that the log keeps refusing holds the position, and shows as spool depth. What the disk does not
 * give holds it too, until the segment log has set that aside.
 */

export const BATCH_RECORDS_MAX = 500
export const BATCH_BYTES_MAX = 512 * 1024
export const BATCHES_IN_FLIGHT_MAX = 2
/** A batch waits this long at most for deliveries that are on their way to the disk. */
const COMPANY_MS_MAX = 5
/** Only a bound: an append wakes the loop at once. */
const IDLE_MS_MAX = 1_000

interface Batch {
  readonly records: readonly SegmentRecord[]
  readonly first: bigint
  readonly end: bigint
  acknowledged: boolean
}

export interface Forwarder {
  /** Forwards until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Every record below is acknowledged. */
  position(): bigint
  isAcknowledged(seq: bigint): boolean
  /**
   * When the oldest unacknowledged record was spooled, epoch ms; null when there is none in flight. Of one that the disk does not give: since when
   * that is so, which is no earlier.
   */
  oldestAt(): number | null
  forwarded(): number
}

export interface ForwarderOptions {
  readonly spool: Pick<SegmentLog, 'read' | 'bounds' | 'waitBeyond'>
  readonly from: bigint
  readonly unpack: (bytes: Uint8Array) => LogRecord
  /** Deliveries that are being written to the spool right now. */
  readonly appending: () => number
  /** Resolves when all are durable in the log; rejects within a bounded time otherwise. */
  readonly append: (records: readonly LogRecord[]) => Promise<void>
  readonly onAcknowledged: (records: readonly SegmentRecord[]) => void
  readonly onFailure: (error: unknown, attempt: number, doing: 'reading' | 'sending') => void
  /** Epoch milliseconds. */
  readonly clock: () => number
  /** Wakes on abort. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
}

export const createForwarder = ({ spool, from, unpack, appending, append, onAcknowledged, onFailure, clock, sleep, random }: ForwarderOptions): Forwarder => {
  let readFrom = from
  let position = from
  let forwarded = 0
  let unreadSince: number | null = null
  /** Oldest first; the acknowledged ones behind an unacknowledged one stay until it is. */
  const batches: Batch[] = []
  const inFlight = new Set<Promise<void>>()

  const run = async (signal: AbortSignal): Promise<void> => {
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    for (let failures = 0; !signal.aborted; ) {
      if (inFlight.size > 0 && !anotherIsWorthIt()) {
        await Promise.race(inFlight)
        continue
      }
      try {
        const batch = await nextBatch(signal)
        failures = 0
        unreadSince = null
        if (batch === null) continue
        start(deliver(batch, stopped, signal))
      } catch (error) {
        unreadSince ??= clock()
        onFailure(error, failures, 'reading')
        await sleep(backoffMs(failures++, random()), signal)
      }
    }
    await Promise.all(inFlight)
  }

  const anotherIsWorthIt = (): boolean => inFlight.size < BATCHES_IN_FLIGHT_MAX && spool.bounds().next - readFrom >= BATCH_RECORDS_MAX

  /** What arrived together should leave together: the first of a burst does not go alone while the rest is one disk write behind. */
  const gatherCompany = async (signal: AbortSignal): Promise<void> => {
    await turn()
    const { next } = spool.bounds()
    if (next > readFrom && next - readFrom < BATCH_RECORDS_MAX && appending() > 0) await spool.waitBeyond(next, { timeoutMs: COMPANY_MS_MAX, signal })
  }

  const nextBatch = async (signal: AbortSignal): Promise<Batch | null> => {
    await gatherCompany(signal)
    const { next } = spool.bounds()
    const records = (await spool.read(readFrom, { maxBytes: BATCH_BYTES_MAX })).slice(0, BATCH_RECORDS_MAX)
    const [oldest, newest] = [records[0], records.at(-1)]
    if (oldest === undefined || newest === undefined) {
      // Nothing readable below `next`: what was there is damaged and set aside. Go on behind it.
      if (next > readFrom) readFrom = next
      if (batches.length === 0) position = readFrom
      await spool.waitBeyond(readFrom, { timeoutMs: IDLE_MS_MAX, signal })
      return null
    }
    readFrom = newest.seq + 1n
    const batch = { records, first: oldest.seq, end: readFrom, acknowledged: false }
    batches.push(batch)
    return batch
  }

  const start = (delivery: Promise<void>): void => {
    const tracked = delivery.finally(() => inFlight.delete(tracked))
    inFlight.add(tracked)
  }

  /** An append that has no answer when the forwarder stops is not waited for: its records are sent again after the next start. */
  const deliver = async (batch: Batch, stopped: Promise<void>, signal: AbortSignal): Promise<void> => {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const appended = append(batch.records.map(({ payload }) => unpack(payload))).then(() => true)
        if (await Promise.race([appended, stopped])) acknowledge(batch)
        return
      } catch (error) {
        onFailure(error, attempt, 'sending')
      }
      await sleep(backoffMs(attempt, random()), signal)
    }
  }

  const acknowledge = (batch: Batch): void => {
    batch.acknowledged = true
    forwarded += batch.records.length
    while (batches[0]?.acknowledged) position = batches.shift()?.end ?? position
    onAcknowledged(batch.records)
  }

  return {
    run,
    position: () => position,
    isAcknowledged: (seq) => seq < position || batches.some(({ acknowledged, first, end }) => acknowledged && first <= seq && seq < end),
    oldestAt: () => batches[0]?.records[0]?.appendedAt ?? unreadSince,
    forwarded: () => forwarded,
  }
}
