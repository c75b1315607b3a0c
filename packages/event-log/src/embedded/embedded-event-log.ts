import { setMaxListeners } from 'node:events'
import { lockDirectory } from '@rollcall/segment-log/lock-directory'
import { nodeFiles } from '@rollcall/segment-log/node-files'
import type { SegmentLog, SegmentRecord } from '@rollcall/segment-log/segment-log'
import {
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  PositionGoneError,
  RECORD_BYTES_MAX,
  RecordTooLargeError,
  type StoredRecord,
  TopicMissingError,
  type TopicSpec,
} from '../event-log.ts'
import { withDeadline } from '../kafka/with-deadline.ts'
import { packRecord, unpackRecord } from '../pack-record.ts'
import { partitionOf } from '../partition-of.ts'
import { recordBytes } from '../record-bytes.ts'
import { embeddedProblems } from './embedded-problems.ts'
import { readLogIdentity, writeLogIdentity } from './log-identity.ts'
import { openPartitions } from './open-partitions.ts'

/**
 * The event log on this machine's own disk: one segment log per partition, an offset being a record's seq. Nothing is ever
 * removed, and `compact` topics keep every version. One process owns the directory; others reach it through `serveEmbeddedLog`.
 * A record damaged on disk is left out of what is read, and its bytes are quarantined beside the segment.
 */
export const openEmbeddedEventLog = async ({ directory, clock = Date.now }: { readonly directory: string; readonly clock?: () => number }): Promise<EventLog> => {
  await nodeFiles.makeDirectory(directory)
  const lock = await lockDirectory(nodeFiles, directory)
  const topics = new Map<string, readonly SegmentLog[]>()
  let closing: Promise<void> | null = null
  let changing: Promise<void> = Promise.resolve()

  const closeAll = async (): Promise<void> => {
    await changing
    await Promise.all([...topics.values()].flat().map((partition) => partition.close()))
    await lock.release()
  }

  const partitionsOf = (topic: string): readonly SegmentLog[] => {
    if (closing !== null) throw new LogUnavailableError('the event log is closed')
    const partitions = topics.get(topic)
    if (partitions === undefined) throw new TopicMissingError(topic)
    return partitions
  }

  const partitionOfTopic = (topic: string, partition: number): SegmentLog => {
    const partitions = partitionsOf(topic)
    const found = partitions[partition]
    if (found === undefined) throw new LogUnavailableError(`${topic}[${partition}]: no such partition; the topic has ${partitions.length}, numbered from 0`)
    return found
  }

  const createMissing = async (specs: readonly TopicSpec[]): Promise<void> => {
    for (const { name, partitions, cleanup } of specs) {
      if (topics.has(name)) continue
      const opened = await openPartitions({ directory, topic: name, count: partitions, clock })
      identity.topics[name] = { partitions, cleanup }
      await writeLogIdentity(nodeFiles, directory, identity)
      topics.set(name, opened)
    }
  }

  const identity = await readLogIdentity(nodeFiles, directory).catch(async (error) => {
    await lock.release()
    throw error
  })
  try {
    for (const [name, { partitions }] of Object.entries(identity.topics)) topics.set(name, await openPartitions({ directory, topic: name, count: partitions, clock }))
  } catch (error) {
    await closeAll()
    throw error
  }

  return {
    description: `embedded in ${directory}`,
    clusterId: async () => identity.clusterId,
    topicId: async (topic) => {
      partitionsOf(topic)
      return null
    },

    append: async (topic, records, { deadlineMs }) => {
      const partitions = partitionsOf(topic)
      if (deadlineMs <= 0) throw new LogUnavailableError(`${topic}: a deadline of ${deadlineMs} ms had passed before anything was written`)
      const work = Promise.all([...byPartition(topic, records, partitions.length)].map(([partition, packed]) => partitionOfTopic(topic, partition).append(packed)))
      await withDeadline(work, deadlineMs).catch((cause) => {
        throw new LogUnavailableError(`${topic}: not on disk, as far as is known: ${cause.message}`, { cause })
      })
    },

    read: async (topic, from, { maxBytes, maxWaitMs, signal }) => {
      const wanted = [...from].map(([partition, position]) => ({ partition, position, log: partitionOfTopic(topic, partition) }))
      for (const { partition, position, log } of wanted) {
        const held = log.bounds()
        if (position < held.low || position > held.next) throw new PositionGoneError(topic, partition, position, held)
      }
      if (signal?.aborted) return new Map()
      const found = await readNow(wanted, maxBytes)
      if (found.size > 0 || wanted.length === 0) return found
      await waitForAny(wanted, maxWaitMs, signal)
      return signal?.aborted ? new Map() : readNow(wanted, maxBytes)
    },

    bounds: async (topic) => new Map(partitionsOf(topic).map((partition, index) => [index, partition.bounds()])),

    ensureTopics: (specs) => {
      // One after the other: two callers may want the same topic.
      const change = changing.then(() => createMissing(specs))
      changing = change.catch(() => undefined)
      return change
    },

    inspectTopics: async (specs) => specs.map((spec) => embeddedProblems(spec, topics.get(spec.name)?.length ?? null, directory)),

    close: () => {
      closing ??= closeAll()
      return closing
    },
  }
}

const byPartition = (topic: string, records: readonly LogRecord[], partitions: number): Map<number, Uint8Array[]> => {
  const packed = new Map<number, Uint8Array[]>()
  for (const record of records) {
    const bytes = recordBytes(record)
    if (bytes > RECORD_BYTES_MAX) throw new RecordTooLargeError(topic, bytes)
    const partition = partitionOf(record.key, partitions)
    const list = packed.get(partition)
    if (list === undefined) packed.set(partition, [packRecord(record)])
    else list.push(packRecord(record))
  }
  return packed
}

interface Wanted {
  readonly partition: number
  readonly position: bigint
  readonly log: SegmentLog
}

/** All partitions at once, each bounded by its share, so that a full one does not keep the others waiting. */
const readNow = async (wanted: readonly Wanted[], maxBytes: number): Promise<Map<number, readonly StoredRecord[]>> => {
  const behind = wanted.filter(({ log, position }) => log.bounds().next > position)
  const share = Math.ceil(maxBytes / Math.max(1, behind.length))
  const read = await Promise.all(behind.map(async ({ partition, position, log }) => [partition, await log.read(position, { maxBytes: share })] as const))
  return new Map(read.filter(([, records]) => records.length > 0).map(([partition, records]) => [partition, records.map((record) => stored(partition, record))]))
}

const stored = (partition: number, { seq, payload }: SegmentRecord): StoredRecord => {
  const { key, value, headers, timestamp } = unpackRecord(payload)
  return { key, value, headers, timestamp, partition, offset: seq }
}

const waitForAny = async (wanted: readonly Wanted[], timeoutMs: number, signal: AbortSignal | undefined): Promise<void> => {
  const enough = new AbortController()
  // One listener per partition.
  setMaxListeners(0, enough.signal)
  const stop = () => enough.abort()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race(wanted.map(({ log, position }) => log.waitBeyond(position, { timeoutMs, signal: enough.signal })))
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
  }
}
