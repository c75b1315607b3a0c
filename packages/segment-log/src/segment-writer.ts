/**
 * The one segment being written. Space is allocated ahead with zeros, so a full disk refuses before a record is begun and a
 * sync has no file size to write down (about half as fast again, measured). What can go wrong, and what is left then:
 *
 *     no space to allocate,     nothing of the batch is in the file; write on
 *     a write on a read-only disk
 *     the name leads elsewhere  broken: the batch is safe in a file that nobody would find again (restore-directory.ts)
 *     anything else fails, or   broken: what lies behind the last good frame is unknown. After an fdatasync that failed the kernel may
 *     a write stops short       have dropped the pages and call the next one a success, so a broken segment is never synced or written again
 *
 * A broken writer takes nothing more; the log cuts it back to the last good frame and opens a new segment, whose first number ends the old
 * one on recovery even where the cut fails.
 */
import { join } from 'node:path'
import type { FilePort, OpenFile } from './file-port.ts'
import { readAround } from './read-around.ts'
import type { Segment } from './segment.ts'
import { newSegmentId } from './segment-name.ts'
import { SparseIndex } from './sparse-index.ts'
import { SpoolFullError, SpoolReadOnlyError, SpoolWriteError, spoolErrorOf } from './spool-errors.ts'

/** Grown by this much at a time. */
const ALLOCATION_BYTES = 256 * 1024
const ZEROS = Buffer.alloc(ALLOCATION_BYTES)
const ONE_ZERO = Buffer.alloc(1)
export const TEMPORARY_SEGMENT = 'next-segment.temporary'

export class SegmentWriter {
  readonly segment: Segment
  readonly #file: OpenFile
  readonly #path: string
  #allocated: number
  #broken = false
  #displaced = false

  constructor(segment: Segment, { file, path, allocated }: { readonly file: OpenFile; readonly path: string; readonly allocated: number }) {
    this.segment = segment
    this.#file = file
    this.#path = path
    this.#allocated = allocated
    segment.isOpen = true
  }

  get broken(): boolean {
    return this.#broken
  }

  /** Broken because the file is not where it should be: what it holds can still be had by `readBack`. */
  get displaced(): boolean {
    return this.#displaced
  }

  /** Resolves when the frames are on disk. Rejects with a spool error; then nothing of them counts, and `broken` says whether to go on. */
  async append(frames: Buffer): Promise<void> {
    await this.#allocate(frames.length)
    await this.#write(frames)
    await this.#sync()
    await this.checkPlace()
    this.segment.bytes += frames.length
  }

  async #allocate(bytes: number): Promise<void> {
    const needed = this.segment.bytes + bytes
    while (this.#allocated < needed) {
      const written = await this.#file.write(ZEROS, this.#allocated).catch((cause) => {
        const error = spoolErrorOf(cause, 'allocating space for the spool')
        this.#broken = !(error instanceof SpoolFullError || error instanceof SpoolReadOnlyError)
        throw error
      })
      this.#allocated += written
      if (written < ZEROS.length && this.#allocated < needed)
        throw new SpoolFullError(`no space left: ${written} of ${ZEROS.length} bytes could be allocated; free space and appends resume`)
    }
  }

  async #write(frames: Buffer): Promise<void> {
    try {
      const written = await this.#file.write(frames, this.segment.bytes)
      if (written !== frames.length) throw new SpoolFullError(`short write: ${written} of ${frames.length} bytes; the disk is probably full; free space and appends resume`)
    } catch (cause) {
      const error = cause instanceof SpoolFullError ? cause : spoolErrorOf(cause, 'writing to the spool')
      this.#broken = !(error instanceof SpoolReadOnlyError)
      throw error
    }
  }

  async #sync(): Promise<void> {
    try {
      await this.#file.fdatasync()
    } catch (error) {
      this.#broken = true
      throw spoolErrorOf(error, 'syncing the spool')
    }
  }

  /**
   * Rejects where the segment's name does not lead to this file any more: what is written to it then is safe, and nobody who opens the log again
   * would find it.
   */
  async checkPlace(): Promise<void> {
    const isInPlace = await this.isInPlace().catch((cause) => {
      this.#broken = true
      throw spoolErrorOf(cause, 'looking whether the segment is still there')
    })
    if (isInPlace) return
    this.#broken = true
    this.#displaced = true
    throw new SpoolWriteError(`${this.#path} was removed, moved or replaced while it was written to; find out by whom`)
  }

  /** Rejects where the disk takes no writes. The zero that it writes is where the next record goes, and is no record. */
  async tryWriting(): Promise<void> {
    await this.#file.write(ONE_ZERO, this.segment.bytes).catch((cause) => {
      throw spoolErrorOf(cause, 'trying to write to the spool')
    })
  }

  isInPlace(): Promise<boolean> {
    return this.#file.isAt(this.#path)
  }

  /** All good frames, wherever the file is now; zeros for what the disk does not give. */
  async readBack(): Promise<Buffer> {
    return (await readAround(this.#file, Buffer.allocUnsafe(this.segment.bytes), 0)).bytes
  }

  /** Cuts the file to its last good frame. A failure costs that space only: zeros, and frames numbered into the next segment, are not records. */
  async seal(): Promise<void> {
    await this.#file.truncate(this.segment.bytes).catch(() => undefined)
    await this.release()
  }

  /** Closes the file, and leaves it as it is. */
  async release(): Promise<void> {
    this.segment.isOpen = false
    await this.#file.close().catch(() => undefined)
  }
}

/** A new segment whose first record will be `firstSeq`, durable under its own name before anything is written to it. */
export const createSegment = async (files: FilePort, directory: string, firstSeq: number): Promise<SegmentWriter> => {
  const id = newSegmentId(firstSeq)
  const temporary = join(directory, TEMPORARY_SEGMENT)
  const path = join(directory, id.name)
  await files.unlink(temporary).catch(() => undefined)
  const file = await files.open(temporary, 'create').catch((error) => {
    throw spoolErrorOf(error, 'creating a segment')
  })
  try {
    const allocated = await file.write(ZEROS, 0)
    if (allocated < ZEROS.length) throw new SpoolFullError(`no space left: ${allocated} of ${ZEROS.length} bytes of a new segment; free space and appends resume`)
    await file.fdatasync()
    await files.rename(temporary, path)
    await files.syncDirectory(directory)
  } catch (error) {
    await file.close().catch(() => undefined)
    // Whichever name it had got to. Left behind it would be an empty segment, which recovery removes.
    await files.unlink(temporary).catch(() => undefined)
    await files.unlink(path).catch(() => undefined)
    throw error instanceof SpoolFullError ? error : spoolErrorOf(error, 'creating a segment')
  }
  const contents = { index: new SparseIndex(), damaged: [], lastSeq: null, lastAppendedAt: 0 }
  return new SegmentWriter({ ...id, bytes: 0, isOpen: true, contents }, { file, path, allocated: ZEROS.length })
}
