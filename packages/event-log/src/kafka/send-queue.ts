import { type LogRecord, LogReplacedError, LogUnavailableError, RECORD_BYTES_MAX, RecordTooLargeError } from '../event-log.ts'
import { recordBytes } from '../record-bytes.ts'

/**
 * Natural batching. While a lane has a batch in flight, appends queue; what has queued when it returns goes next. There is no
 * timer to tune: a batch is as large as the log is slow (stack notes: beats any linger). A lane never has two batches in
 * flight, so a resent batch cannot be overtaken by the one after it.
 *
 * An append is never split between lanes, so its records keep their order; larger than a batch, it is sent in slices one after
 * the other. Each append has a deadline of its own: when it passes, the caller is told that the result is unknown, whether its
 * records were still queued (they are then dropped) or in flight.
 */

/** Most records in one batch. */
export const BATCH_RECORDS_MAX = 500
/** Most bytes in one batch, uncompressed; one record may exceed it and then travels alone. */
export const BATCH_BYTES_MAX = 512 * 1024
/** Most bytes waiting. Beyond it appends are refused at once instead of filling memory while the log is away. */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024
/** A lane beyond the first starts only when this many records wait: many small batches cost the broker more than they gain. */
export const EXTRA_LANE_RECORDS_MIN = 64

export type Batch = ReadonlyMap<string, readonly LogRecord[]>

/** Sends one batch at a time; rejects when it is not known to be durable after `ms` milliseconds. */
export interface Sender {
  send(batch: Batch, ms: number): Promise<void>
  close(): Promise<void>
}

export interface SendQueue {
  append(topic: string, records: readonly LogRecord[], deadlineMs: number): Promise<void>
  close(): Promise<void>
}

interface Entry {
  readonly topic: string
  readonly records: readonly LogRecord[]
  readonly bytes: number
  readonly deadline: number
  readonly settle: (error?: Error) => void
  settled: boolean
}

/** @param now Milliseconds on any steady clock. */
export const openSendQueue = ({ senders, now = () => performance.now() }: { senders: readonly Sender[]; now?: () => number }): SendQueue => {
  const queue: Entry[] = []
  const idle = [...senders]
  const running = new Set<Promise<void>>()
  let queuedRecords = 0
  let queuedBytes = 0
  let closed = false
  let scheduled = false

  const take = (): Entry[] => {
    const taken: Entry[] = []
    let records = 0
    let bytes = 0
    while (queue[0]) {
      const entry = queue[0]
      const fits = records + entry.records.length <= BATCH_RECORDS_MAX && bytes + entry.bytes <= BATCH_BYTES_MAX
      if (taken.length > 0 && !fits) break
      queue.shift()
      queuedRecords -= entry.records.length
      queuedBytes -= entry.bytes
      if (entry.settled) continue
      taken.push(entry)
      records += entry.records.length
      bytes += entry.bytes
    }
    return taken
  }

  const run = async (sender: Sender) => {
    for (let entries = take(); entries.length > 0; entries = take()) {
      const deadline = Math.max(...entries.map((entry) => entry.deadline))
      try {
        for (const batch of batches(entries)) await sender.send(batch, deadline - now())
        for (const entry of entries) entry.settle()
      } catch (cause) {
        const error =
          cause instanceof LogReplacedError
            ? cause
            : new LogUnavailableError(`${entries[0]?.topic}: not acknowledged, so whether the records are in the log is unknown: ${(cause as Error).message}`, { cause })
        for (const entry of entries) entry.settle(error)
      }
    }
    idle.push(sender)
  }

  const start = () => {
    scheduled = false
    while (idle.length > 0 && queue.length > 0 && (idle.length === senders.length || queuedRecords >= EXTRA_LANE_RECORDS_MIN)) {
      const sender = idle.pop()
      if (!sender) return
      const done = run(sender).finally(() => running.delete(done))
      running.add(done)
    }
  }

  return {
    append: (topic, records, deadlineMs) =>
      new Promise((resolve, reject) => {
        if (closed) throw new LogUnavailableError(`${topic}: the event log is closed`)
        if (deadlineMs <= 0) throw new LogUnavailableError(`${topic}: the deadline had passed before the append began`)
        let bytes = 0
        for (const record of records) {
          const size = recordBytes(record)
          if (size > RECORD_BYTES_MAX) throw new RecordTooLargeError(topic, size)
          bytes += size
        }
        if (records.length === 0) return resolve()
        if (queuedBytes + bytes > QUEUE_BYTES_MAX && queue.length > 0)
          throw new LogUnavailableError(`${topic}: ${queuedBytes} bytes wait to be sent, at most ${QUEUE_BYTES_MAX} may`)
        const timer = setTimeout(
          () => entry.settle(new LogUnavailableError(`${topic}: not acknowledged within ${deadlineMs} ms, so whether the records are in the log is unknown`)),
          deadlineMs,
        )
        const entry: Entry = {
          topic,
          records,
          bytes,
          deadline: now() + deadlineMs,
          settled: false,
          settle: (error) => {
            if (entry.settled) return
            entry.settled = true
            clearTimeout(timer)
            if (error) reject(error)
            else resolve()
          },
        }
        queue.push(entry)
        queuedRecords += records.length
        queuedBytes += bytes
        if (scheduled || idle.length === 0) return
        // Not at once: every append of this turn of the event loop belongs in the same batch.
        scheduled = true
        setImmediate(start)
      }),
    close: async () => {
      closed = true
      start()
      while (running.size > 0) await Promise.all(running)
      await Promise.all(senders.map((sender) => sender.close()))
    },
  }
}

/** The entries as batches within the bounds, order kept; more than one only when a single entry exceeds them. */
function* batches(entries: readonly Entry[]): Generator<Batch> {
  let batch = new Map<string, LogRecord[]>()
  let records = 0
  let bytes = 0
  for (const entry of entries) {
    for (const record of entry.records) {
      const size = recordBytes(record)
      if (records > 0 && (records === BATCH_RECORDS_MAX || bytes + size > BATCH_BYTES_MAX)) {
        yield batch
        batch = new Map()
        records = 0
        bytes = 0
      }
      const list = batch.get(entry.topic)
      if (list) list.push(record)
      else batch.set(entry.topic, [record])
      records += 1
      bytes += size
    }
  }
  if (records > 0) yield batch
}
