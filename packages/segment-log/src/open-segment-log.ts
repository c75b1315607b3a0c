import { join } from 'node:path'
import { Appender } from './appender.ts'
import { checkFormat, writeFormat } from './directory-format.ts'
import type { FilePort } from './file-port.ts'
import { FRAME_HEADER_BYTES, framedBytes, RECORD_BYTES_MAX } from './frame.ts'
import { GroupCommit } from './group-commit.ts'
import { type DirectoryLock, lockDirectory } from './lock-directory.ts'
import { nodeFiles } from './node-files.ts'
import { type Damage, Quarantine } from './quarantine.ts'
import { SegmentReader } from './read-segments.ts'
import { recover } from './recover.ts'
import { type Displacement, restoreDirectory } from './restore-directory.ts'
import { type RunningProcess, runningProcess } from './running-process.ts'
import { SegmentList } from './segment-list.ts'
import type { SegmentLog } from './segment-log.ts'
import type { SegmentWriter } from './segment-writer.ts'
import { SeqWaiters } from './seq-waiters.ts'
import { RecordTooLargeError } from './spool-errors.ts'
import { Tail } from './tail.ts'
import { nullIfMissing } from './whole-file.ts'

const MIB = 1024 * 1024
const SEGMENT_BYTES_MAX = 16 * MIB
const TAIL_BYTES_MAX = 32 * MIB
const PENDING_BYTES_MAX = 64 * MIB
const STALL_MS_MAX = 5_000

export interface SegmentLogOptions {
  /** Created if missing; one process owns it at a time. */
  readonly directory: string
  readonly files?: FilePort
  /** Finds a process by its pid, this one too: how a lock's dead owner is told. */
  readonly findProcess?: (pid: number) => Promise<RunningProcess | null>
  /** Epoch milliseconds. */
  readonly clock?: () => number
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonicMs?: () => number
  /** A segment takes no further group beyond this. Default 16 MiB. */
  readonly segmentBytesMax?: number
  /** Newest records kept in memory for readers. Default 32 MiB. */
  readonly tailBytesMax?: number
  /** Appends waiting for the disk; beyond it they are refused with SpoolBusyError. Default 64 MiB. */
  readonly pendingBytesMax?: number
  /** Once the disk has worked on one group for longer, appends are refused with SpoolBusyError until it is done. Default 5 seconds. */
  readonly stallMsMax?: number
  /** Hears of everything damaged, unreadable or missing that is found and set aside, while opening and later. */
  readonly onDamage?: (damage: Damage) => void
  /** Hears when the segment being written was not where it should be, and has been put back. */
  readonly onDisplaced?: (displacement: Displacement) => void
}

/**
 * Opens a directory of segments, recovering whatever state a crash left it in (recover.ts), and takes ownership of it.
 * @throws DirectoryFormatError where the directory is another's, damaged beyond reading or a later release's; DirectoryLockedError. Nothing in it is changed then.
 */
export const openSegmentLog = async ({
  directory,
  files = nodeFiles,
  findProcess = runningProcess,
  clock = Date.now,
  monotonicMs = () => performance.now(),
  segmentBytesMax = SEGMENT_BYTES_MAX,
  tailBytesMax = TAIL_BYTES_MAX,
  pendingBytesMax = PENDING_BYTES_MAX,
  stallMsMax = STALL_MS_MAX,
  onDamage = () => {},
  onDisplaced = () => {},
}: SegmentLogOptions): Promise<SegmentLog> => {
  await files.makeDirectory(directory)
  await checkFormat(files, directory, await files.list(directory))
  const lock = await lockDirectory(files, directory, findProcess)
  try {
    const listed = await files.list(directory)
    // Looked at again: whoever owned it until now may have been the first to write here.
    if ((await checkFormat(files, directory, listed)) === 'new') await writeFormat(files, directory)
    const quarantine = new Quarantine(files, directory, listed, onDamage)
    const { writer, next, assign, ...recovered } = await recover(files, directory, listed, quarantine)
    const segments = new SegmentList(recovered.segments)
    const reader = new SegmentReader({ files, directory, quarantine, segments, monotonicMs })
    const restore = (displaced: SegmentWriter | null) => restoreDirectory(displaced, { files, directory, lock, segments, reader, onDisplaced })
    return segmentLog({
      files,
      directory,
      lock,
      quarantine,
      segments,
      reader,
      appender: new Appender({ files, directory, clock, segmentBytesMax, segments, restore, writer, assign }),
      tail: new Tail(tailBytesMax),
      commitBounds: { pendingBytesMax, stallMsMax },
      monotonicMs,
      next,
    })
  } catch (error) {
    await lock.release()
    throw error
  }
}

interface Parts {
  readonly files: FilePort
  readonly directory: string
  readonly lock: DirectoryLock
  readonly quarantine: Quarantine
  readonly segments: SegmentList
  readonly reader: SegmentReader
  readonly appender: Appender
  readonly tail: Tail
  readonly commitBounds: { readonly pendingBytesMax: number; readonly stallMsMax: number }
  readonly monotonicMs: () => number
  /** Number of the last durable record plus one. */
  next: number
}

const segmentLog = ({ files, directory, lock, quarantine, segments, reader, appender, tail, commitBounds, monotonicMs, ...recovered }: Parts): SegmentLog => {
  const waiters = new SeqWaiters()
  let { next } = recovered
  let closed: Promise<void> | null = null

  const low = () => segments.oldest?.firstSeq ?? next

  const commits = new GroupCommit(
    async (group) => {
      const appended = await appender.append(group)
      next = appended.next
      tail.push(appended.firstSeq, appended.frames)
      waiters.wakeUpTo(next - 1)
      return appended.firstSeq
    },
    { ...commitBounds, monotonicMs },
  )

  /** Finds the damage in older segments without keeping the start waiting; what cannot be read now is reported by whoever reads it. */
  const checkOlderSegments = async (): Promise<void> => {
    for (const segment of segments.allButNewest()) {
      if (closed !== null) return
      await reader.contentsOf(segment).catch(() => undefined)
    }
  }
  const checking = checkOlderSegments()

  const closeNow = async (): Promise<void> => {
    await commits.close()
    await checking
    waiters.wakeUpTo(Number.POSITIVE_INFINITY)
    await appender.close()
    await lock.release()
  }

  return {
    append: async (records) => {
      if (appender.unusable !== null) throw appender.unusable
      const bytes = framedBytes(records)
      if (bytes > RECORD_BYTES_MAX) refuseTooLarge(records)
      return records.length === 0 ? BigInt(next) : commits.append(records, bytes)
    },
    read: async (from, { maxBytes }) => {
      const first = Math.max(Number(from), low())
      if (first >= next) return []
      return tail.holds(first) ? tail.read(first, maxBytes) : reader.read(first, maxBytes)
    },
    bounds: () => ({ low: BigInt(low()), next: BigInt(next) }),
    waitBeyond: async (seq, options) => {
      if (next <= Number(seq) && closed === null) await waiters.wait(Number(seq), options)
    },
    dropBefore: async (seq, { olderThan, bytesMax }) => {
      for (let oldest = segments.oldest; oldest !== undefined && segments.seqBelow(oldest) <= Number(seq); oldest = segments.oldest) {
        // Read from disk only where its age decides: a disk that is full waits for this.
        if (segments.bytes <= bytesMax && (await reader.contentsOf(oldest)).lastAppendedAt >= olderThan) return
        if (segments.oldest !== oldest) continue
        segments.remove(oldest)
        await files.unlink(join(directory, oldest.name)).catch(nullIfMissing)
      }
    },
    look: async () => {
      await commits.whenIdle(() => appender.look())
      if (appender.failure !== null) throw appender.failure
    },
    stats: () => ({ bytes: segments.bytes, segments: segments.count, quarantinedBytes: quarantine.bytes, writingMs: commits.writingMs() }),
    close: () => {
      closed ??= closeNow()
      return closed
    },
  }
}

const refuseTooLarge = (records: readonly Uint8Array[]): void => {
  const tooLarge = records.find(({ length }) => length + FRAME_HEADER_BYTES > RECORD_BYTES_MAX)
  if (tooLarge !== undefined)
    throw new RecordTooLargeError(`a record of ${tooLarge.length} bytes exceeds the ${RECORD_BYTES_MAX - FRAME_HEADER_BYTES} a segment log takes; limit the body size`)
}
