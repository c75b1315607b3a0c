/**
 * Puts groups on disk, one at a time, moving to a new segment when one is full, and decides what a failure means:
 *
 *     no space            that group is refused; the next is tried, for as long as it takes
 *     a read-only disk    the same
 *     any other failure   that group is refused; where the segment is broken (segment-writer.ts) the next goes to a new one
 *     twice in a row      the log is unusable: a new segment did not help, so the disk is gone
 *
 * A refused group keeps no number. The next segment begins with it, and by that ends the one before: recovery finds nothing
 * of the group, whatever the failed disk kept. A segment without any good record would begin with the same number as the
 * next, so it must be removed; if even that fails, the log is unusable at once. A segment that is not where it should be is put back
 * before the next is begun (restore-directory.ts).
 */
import { join } from 'node:path'
import type { FilePort } from './file-port.ts'
import { encodeFrames } from './frame.ts'
import type { Group } from './group-commit.ts'
import type { SegmentList } from './segment-list.ts'
import { createSegment, type SegmentWriter } from './segment-writer.ts'
import { SpoolFullError, SpoolReadOnlyError, SpoolUnusableError, spoolErrorOf } from './spool-errors.ts'

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
  /** Makes the folder what it was, and puts a displaced segment back where there is one. */
  readonly restore: (displaced: SegmentWriter | null) => Promise<void>
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
  /** The folder, or what was in it, has to be put back before anything is written. */
  #toRestore: { readonly displaced: SegmentWriter | null } | null = null
  #failure: unknown = null

  constructor(options: AppenderOptions) {
    this.#options = options
    this.#writer = options.writer
    this.#assign = options.assign
  }

  /** Why nothing is taken any more; null while it is. */
  get unusable(): SpoolUnusableError | null {
    return this.#unusable
  }

  /** Why the last attempt to write failed; null when it did not. */
  get failure(): unknown {
    return this.#unusable ?? this.#failure
  }

  /** Finds out whether a group could be written now, and begins a new segment where the last cannot be gone on with. Not while one is written. */
  async look(): Promise<void> {
    if (this.#unusable !== null || (this.#writer === null && this.#failure === null)) return
    try {
      await this.#writer?.checkPlace().catch((error) => this.#abandon(error))
      const writer = await this.#writerFor(0)
      if (this.#failure instanceof SpoolReadOnlyError) await writer.tryWriting()
      this.#failure = null
    } catch (error) {
      this.#failure = error
    }
  }

  /** Resolves once the group is durable; rejects with a spool error, and then nothing of it is in the log. */
  async append(group: Group): Promise<Appended> {
    if (this.#unusable !== null) throw this.#unusable
    try {
      const appended = await this.#write(group)
      this.#failuresInARow = 0
      this.#failure = null
      return appended
    } catch (error) {
      this.#failure = error
      if (this.#writer?.broken) await this.#abandon(error)
      if (error instanceof SpoolFullError || error instanceof SpoolReadOnlyError) throw error
      this.#failuresInARow += 1
      if (this.#failuresInARow >= FAILURES_IN_A_ROW_MAX) this.#giveUp(`${this.#failuresInARow} failures in a row`, error)
      throw this.#unusable ?? error
    }
  }

  async close(): Promise<void> {
    await this.#writer?.checkPlace().catch((error) => this.#abandon(error))
    await this.#writer?.seal()
    await this.#putBack().catch(() => this.#toRestore?.displaced?.release())
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
    await writer?.checkPlace()
    await writer?.seal()
    this.#writer = null
    await this.#putBack()
    this.#writer = await createSegment(files, directory, this.#assign).catch((error) => {
      if (error.cause?.code === 'ENOENT') this.#toRestore = { displaced: null }
      throw error
    })
    segments.add(this.#writer.segment)
    return this.#writer
  }

  async #putBack(): Promise<void> {
    if (this.#toRestore === null) return
    await this.#options.restore(this.#toRestore.displaced).catch((cause) => {
      throw spoolErrorOf(cause, 'putting back what was removed')
    })
    this.#toRestore = null
  }

  async #abandon(because: unknown): Promise<void> {
    const { files, directory, segments } = this.#options
    const writer = this.#writer
    if (writer === null) return
    this.#writer = null
    if (writer.displaced) this.#toRestore = { displaced: writer }
    else await writer.seal()
    if (writer.segment.bytes > 0) return
    segments.remove(writer.segment)
    if (writer.displaced) return
    await files.unlink(join(directory, writer.segment.name)).catch(() => this.#giveUp('a segment that could not be written cannot be removed either', because))
  }

  #giveUp(why: string, cause: unknown): void {
    this.#unusable ??= new SpoolUnusableError(`${this.#options.directory} takes no more records: ${why}; check the disk and the kernel log, then restart on a good disk`, { cause })
  }
}
