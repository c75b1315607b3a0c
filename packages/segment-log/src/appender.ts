/**
 * Puts groups on disk, one at a time, moving to a new segment when one is full, and decides what a failure means:
 *
 *     no space            that group is refused; the next is tried, for as long as it takes
 *     any other failure   that group is refused; where the segment is broken (segment-writer.ts) the next goes to a new one
 *     twice in a row      the log is unusable: a new segment did not help, so the disk is gone
 *
 * A refused group keeps no number. The next segment begins with it, and by that ends the one before: recovery finds nothing
 * of the group, whatever the failed disk kept. A segment without any good record would begin with the same number as the
 * next, so it must be removed; if even that fails, the log is unusable at once.
 */
import { join } from 'node:path'
import type { FilePort } from './file-port.ts'
import { encodeFrames } from './frame.ts'
import type { Group } from './group-commit.ts'
import type { SegmentList } from './segment-list.ts'
import { createSegment, type SegmentWriter } from './segment-writer.ts'
import { SpoolFullError, SpoolUnusableError } from './spool-errors.ts'

const FAILURES_IN_A_ROW_MAX = 2

export interface Appended {
  readonly firstSeq: number
  /** Number of the last record plus one. */
  readonly next: number
  readonly frames: Buffer
}

export interface AppenderOptions {
  readonly files: FilePort
  readonly directory: string
  readonly clock: () => number
  readonly segmentBytesMax: number
  readonly segments: SegmentList
  /** The segment to write on, if recovery left one. */
  readonly writer: SegmentWriter | null
  /** Number of the next record. */
  readonly assign: number
}

export class Appender {
  readonly #options: AppenderOptions
  #writer: SegmentWriter | null
  #assign: number
  #failuresInARow = 0
  #unusable: SpoolUnusableError | null = null

  constructor(options: AppenderOptions) {
    this.#options = options
    this.#writer = options.writer
    this.#assign = options.assign
  }

  /** Why nothing is taken any more; null while it is. */
  get unusable(): SpoolUnusableError | null {
    return this.#unusable
  }

  /** Resolves once the group is durable; rejects with a spool error, and then nothing of it is in the log. */
  async append(group: Group): Promise<Appended> {
    if (this.#unusable !== null) throw this.#unusable
    try {
      const appended = await this.#write(group)
      this.#failuresInARow = 0
      return appended
    } catch (error) {
      if (this.#writer?.broken) await this.#abandon(this.#writer, error)
      if (error instanceof SpoolFullError) throw error
      this.#failuresInARow += 1
      if (this.#failuresInARow >= FAILURES_IN_A_ROW_MAX) this.#giveUp(`${this.#failuresInARow} failures in a row`, error)
      throw this.#unusable ?? error
    }
  }

  async close(): Promise<void> {
    await this.#writer?.seal()
  }

  async #write({ batches, bytes }: Group): Promise<Appended> {
    const writer = await this.#writerFor(bytes)
    const { segment } = writer
    const firstSeq = this.#assign
    const offset = segment.bytes
    const appendedAt = this.#options.clock()
    const frames = encodeFrames(batches, bytes, { firstSeq, appendedAt, seed: segment.seed })
    await writer.append(frames)
    this.#assign = batches.reduce((seq, records) => seq + records.length, firstSeq)
    if (segment.contents !== null) {
      segment.contents.index.add(firstSeq, offset)
      segment.contents.lastSeq = this.#assign - 1
      segment.contents.lastAppendedAt = appendedAt
    }
    return { firstSeq, next: this.#assign, frames }
  }

  async #writerFor(bytes: number): Promise<SegmentWriter> {
    const { files, directory, segmentBytesMax, segments } = this.#options
    const writer = this.#writer
    if (writer !== null && (writer.segment.bytes === 0 || writer.segment.bytes + bytes <= segmentBytesMax)) return writer
    await writer?.seal()
    this.#writer = null
    this.#writer = await createSegment(files, directory, this.#assign)
    segments.add(this.#writer.segment)
    return this.#writer
  }

  async #abandon(writer: SegmentWriter, because: unknown): Promise<void> {
    const { files, directory, segments } = this.#options
    await writer.seal()
    this.#writer = null
    if (writer.segment.bytes > 0) return
    segments.remove(writer.segment)
    await files.unlink(join(directory, writer.segment.name)).catch(() => this.#giveUp('a segment that could not be written cannot be removed either', because))
  }

  #giveUp(why: string, cause: unknown): void {
    this.#unusable ??= new SpoolUnusableError(`${this.#options.directory} takes no more records: ${why}; check the disk and the kernel log, then restart on a good disk`, { cause })
  }
}
