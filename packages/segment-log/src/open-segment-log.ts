import { join } from 'node:path'
import type { FilePort } from './file-port.ts'
import { encodeFrames, FRAME_HEADER_BYTES, framedBytes, RECORD_BYTES_MAX } from './frame.ts'
import { type Group, GroupCommit } from './group-commit.ts'
import { lockDirectory } from './lock-directory.ts'
import { nodeFiles } from './node-files.ts'
import { Quarantine } from './quarantine.ts'
import { SegmentReader } from './read-segments.ts'
import { recover } from './recover.ts'
import type { Segment } from './segment.ts'
import type { SegmentLog } from './segment-log.ts'
import { createSegment, type SegmentWriter } from './segment-writer.ts'
import { SeqWaiters } from './seq-waiters.ts'
import { RecordTooLargeError, SpoolFullError, SpoolUnusableError } from './spool-errors.ts'
import { Tail } from './tail.ts'

const MIB = 1024 * 1024
const SEGMENT_BYTES_MAX = 16 * MIB
const TAIL_BYTES_MAX = 32 * MIB
const PENDING_BYTES_MAX = 64 * MIB
/** One failure may be a bad sector, which a new segment steps around. The next says that the disk is gone. */
const FAILURES_IN_A_ROW_MAX = 2

export interface SegmentLogOptions {
  /** Created if missing; one process owns it at a time. */
  readonly directory: string
  readonly files?: FilePort
  /** Epoch milliseconds. */
  readonly clock?: () => number
  /** A segment takes no further group beyond this. Default 16 MiB. */
  readonly segmentBytesMax?: number
  /** Newest records kept in memory for readers. Default 32 MiB. */
  readonly tailBytesMax?: number
  /** Appends waiting for the disk; beyond it they are refused with SpoolBusyError. Default 64 MiB. */
  readonly pendingBytesMax?: number
}

/** Opens a directory of segments, recovering whatever state a crash left it in (recover.ts), and takes ownership of it. */
export const openSegmentLog = async ({
  directory,
  files = nodeFiles,
  clock = Date.now,
  segmentBytesMax = SEGMENT_BYTES_MAX,
  tailBytesMax = TAIL_BYTES_MAX,
  pendingBytesMax = PENDING_BYTES_MAX,
}: SegmentLogOptions): Promise<SegmentLog> => {
  await files.makeDirectory(directory)
  const lock = await lockDirectory(files, directory)
  const open = async (): Promise<SegmentLog> => {
    const listed = await files.list(directory)
    const quarantine = new Quarantine(files, directory, listed)
    const { segments, writer, next, assign } = await recover(files, directory, listed, quarantine)
    return segmentLog({ segments, writer, next, assign, quarantine })
  }

  const segmentLog = (recovered: { segments: Segment[]; writer: SegmentWriter | null; next: number; assign: number; quarantine: Quarantine }): SegmentLog => {
    const { segments, quarantine } = recovered
    const tail = new Tail(tailBytesMax)
    const waiters = new SeqWaiters()
    const reader = new SegmentReader(files, directory, quarantine)
    const closing = new AbortController()
    let { writer, next, assign } = recovered
    let failuresInARow = 0
    let unusable: SpoolUnusableError | null = null
    let closed: Promise<void> | null = null

    const low = () => segments[0]?.firstSeq ?? next
    const seqBelow = (segment: Segment) => segments[segments.indexOf(segment) + 1]?.firstSeq ?? Number.POSITIVE_INFINITY
    const totalBytes = () => segments.reduce((sum, { bytes }) => sum + bytes, 0)

    const commit = async (group: Group): Promise<number> => {
      if (unusable !== null) throw unusable
      try {
        const firstSeq = await write(group)
        failuresInARow = 0
        return firstSeq
      } catch (error) {
        if (writer?.broken) await abandonWriter(error)
        if (error instanceof SpoolFullError) throw error
        failuresInARow += 1
        if (failuresInARow >= FAILURES_IN_A_ROW_MAX) unusable ??= unusableBecause(`${failuresInARow} failures in a row`, error)
        throw unusable ?? error
      }
    }

    const write = async ({ batches, bytes }: Group): Promise<number> => {
      const current = await writerFor(bytes)
      const firstSeq = assign
      const offset = current.segment.bytes
      const appendedAt = clock()
      const frames = encodeFrames(batches, bytes, { firstSeq, appendedAt, seed: current.segment.seed })
      await current.append(frames)
      const count = batches.reduce((sum, records) => sum + records.length, 0)
      assign += count
      next = assign
      const { contents } = current.segment
      contents?.index.add(firstSeq, offset)
      if (contents !== null) Object.assign(contents, { lastSeq: next - 1, lastAppendedAt: appendedAt })
      tail.push(firstSeq, frames)
      waiters.wakeUpTo(next - 1)
      return firstSeq
    }

    const writerFor = async (bytes: number): Promise<SegmentWriter> => {
      if (writer !== null && writer.segment.bytes > 0 && writer.segment.bytes + bytes > segmentBytesMax) {
        await writer.seal()
        writer = null
      }
      if (writer === null) {
        writer = await createSegment(files, directory, assign)
        segments.push(writer.segment)
      }
      return writer
    }

    /** What was rejected keeps no number: the next segment begins with it, which ends this one. An empty one would begin with the same number, so it has to go. */
    const abandonWriter = async (because: unknown): Promise<void> => {
      if (writer === null) return
      const { segment } = writer
      await writer.seal()
      writer = null
      if (segment.bytes > 0) return
      segments.splice(segments.indexOf(segment), 1)
      await files.unlink(join(directory, segment.name)).catch(() => {
        unusable ??= unusableBecause('a segment that could not be written cannot be removed either', because)
      })
    }

    const unusableBecause = (why: string, cause: unknown) =>
      new SpoolUnusableError(`${directory} takes no more records: ${why}; check the disk and the kernel log, then restart on a good disk`, { cause })

    const group = new GroupCommit(commit, pendingBytesMax)

    const segmentOf = (seq: number): Segment | undefined => segments.findLast(({ firstSeq }) => firstSeq <= seq) ?? segments[0]

    /** From the segment that holds `seq`, or the first after it that has anything to give. */
    const readFromDisk = async (from: number, maxBytes: number): ReturnType<SegmentLog['read']> => {
      for (let segment = segmentOf(from); segment !== undefined; segment = segments[segments.indexOf(segment) + 1]) {
        const below = seqBelow(segment)
        const dropped = Symbol('dropped')
        const records = await reader.read(segment, from, { maxBytes, seqBelow: below }).catch((error) => {
          if (!segments.includes(segment as Segment)) return dropped
          throw error
        })
        if (typeof records === 'symbol') return readFromDisk(Math.max(from, low()), maxBytes)
        if (records.length > 0 || !segments.includes(segment)) return records
      }
      return []
    }

    /** Finds the damage in older segments without keeping the start waiting; what cannot be read now is reported by whoever reads it. */
    const checkOlderSegments = async (): Promise<void> => {
      for (const segment of segments.slice(0, -1)) {
        if (closing.signal.aborted) return
        await reader.contentsOf(segment, seqBelow(segment)).catch(() => undefined)
      }
    }
    const checking = checkOlderSegments()

    const closeNow = async (): Promise<void> => {
      closing.abort()
      await group.close()
      await checking
      waiters.wakeUpTo(Number.POSITIVE_INFINITY)
      await writer?.seal()
      await lock.release()
    }

    return {
      append: async (records) => {
        if (unusable !== null) throw unusable
        const bytes = framedBytes(records)
        if (bytes > RECORD_BYTES_MAX) refuseTooLarge(records)
        return records.length === 0 ? BigInt(next) : group.append(records, bytes)
      },
      read: async (from, { maxBytes }) => {
        const first = Math.max(Number(from), low())
        if (first >= next) return []
        return tail.holds(first) ? tail.read(first, maxBytes) : readFromDisk(first, maxBytes)
      },
      bounds: () => ({ low: BigInt(low()), next: BigInt(next) }),
      waitBeyond: (seq, options) => {
        if (next > Number(seq) || closing.signal.aborted) return Promise.resolve()
        return waiters.wait(Number(seq), options)
      },
      dropBefore: async (seq, { olderThan, bytesMax }) => {
        for (let oldest = segments[0]; oldest !== undefined && segments.length > 1; oldest = segments[0]) {
          const following = segments[1]?.firstSeq ?? 0
          if (following > Number(seq)) return
          const { lastAppendedAt } = await reader.contentsOf(oldest, following)
          if (segments[0] !== oldest) continue
          if (lastAppendedAt >= olderThan && totalBytes() <= bytesMax) return
          segments.shift()
          await files.unlink(join(directory, oldest.name))
        }
      },
      stats: () => ({ bytes: totalBytes(), segments: segments.length, quarantinedBytes: quarantine.bytes }),
      close: () => {
        closed ??= closeNow()
        return closed
      },
    }
  }

  return open().catch(async (error) => {
    await lock.release()
    throw error
  })
}

const refuseTooLarge = (records: readonly Uint8Array[]): void => {
  const tooLarge = records.find(({ length }) => length + FRAME_HEADER_BYTES > RECORD_BYTES_MAX)
  if (tooLarge !== undefined)
    throw new RecordTooLargeError(`a record of ${tooLarge.length} bytes exceeds the ${RECORD_BYTES_MAX - FRAME_HEADER_BYTES} a segment log takes; limit the body size`)
}
