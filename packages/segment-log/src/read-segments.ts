/**
 * Reads records from disk, checking every checksum on the way. A segment is scanned whole the first time it is asked for
 * (16 MiB, some milliseconds), which finds its damage and builds its index; a frame that went bad since is found by the read itself.
 *
 * A disk that does not give what is asked of it may give it the next time: whoever asked is told, and asks again. A segment of which that
 * has been tried READ_ATTEMPTS_MAX times, and for READ_PATIENCE_MS, is read around: what the disk does not give is damage, set aside and
 * stepped over like any other, and a segment that is gone is damaged as a whole. Nothing that stands behind waits for longer.
 */
import { join } from 'node:path'
import type { FilePort } from './file-port.ts'
import { decodeFrame, FRAME_HEADER_BYTES, frameEnd } from './frame.ts'
import type { Quarantine } from './quarantine.ts'
import { readAround, readWholeFileAround, writtenEndAround } from './read-around.ts'
import { scanSegment } from './scan-segment.ts'
import type { Segment, SegmentContents } from './segment.ts'
import type { SegmentList } from './segment-list.ts'
import type { SegmentRecord } from './segment-log.ts'
import { SparseIndex } from './sparse-index.ts'
import { readWholeFile } from './whole-file.ts'

/** Read beyond `maxBytes` for headers and for what lies before the record asked for. */
const READ_AHEAD_BYTES = 128 * 1024
export const READ_ATTEMPTS_MAX = 5
export const READ_PATIENCE_MS = 10_000
/** What the process lacks, not the disk: nothing is known of the segment, and it is asked for again for as long as it takes. */
const LACKS: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EACCES', 'EPERM'])
const NO_CONTENTS = (): SegmentContents => ({ index: new SparseIndex(), damaged: [], lastSeq: null, lastAppendedAt: 0 })

export interface SegmentReaderOptions {
  readonly files: FilePort
  readonly directory: string
  readonly quarantine: Quarantine
  readonly segments: SegmentList
  readonly monotonicMs: () => number
}

/** A segment that could not be read, and since when. */
interface Failing {
  readonly times: number
  readonly since: number
}

interface Chunk {
  readonly bytes: Buffer
  /** Offset of the chunk in its segment. */
  readonly from: number
  /** Bytes asked for; fewer come at the end. */
  readonly asked: number
}

export class SegmentReader {
  readonly #files: FilePort
  readonly #directory: string
  readonly #quarantine: Quarantine
  readonly #segments: SegmentList
  readonly #monotonicMs: () => number
  readonly #failing = new WeakMap<Segment, Failing>()
  /** Those that the disk does not give as they are. */
  readonly #readAround = new WeakSet<Segment>()

  constructor({ files, directory, quarantine, segments, monotonicMs }: SegmentReaderOptions) {
    this.#files = files
    this.#directory = directory
    this.#quarantine = quarantine
    this.#segments = segments
    this.#monotonicMs = monotonicMs
  }

  /** Finds out what a segment holds, once. */
  contentsOf(segment: Segment): Promise<SegmentContents> {
    return this.#patiently(segment, NO_CONTENTS(), () => this.#contentsOf(segment))
  }

  /** Records from `seq` on, or the first after it that can be read: at least one if there is any. All of one segment. */
  async read(seq: number, maxBytes: number): Promise<SegmentRecord[]> {
    let segment = this.#segments.holding(seq)
    while (segment !== undefined) {
      const from = segment
      const records = await this.#patiently(from, [], () => this.#readSegment(from, seq, maxBytes))
      if (records.length > 0) return records
      // A segment dropped while we read it gives way to what is the oldest now.
      segment = this.#segments.has(segment) ? this.#segments.after(segment) : this.#segments.holding(seq)
    }
    return []
  }

  /** Takes a segment whose file is gone out of what is read, and tells of it. */
  lose(segment: Segment, kind: 'unreadable' | 'missing'): void {
    if (segment.bytes === 0) return
    const below = this.#segments.seqBelow(segment)
    this.#quarantine.lose(segment, kind, segment.contents?.lastSeq == null ? below : segment.contents.lastSeq + 1)
    this.#readAround.add(segment)
    segment.bytes = 0
    segment.contents = NO_CONTENTS()
  }

  /** `none` for a segment that was dropped meanwhile. */
  async #patiently<T>(segment: Segment, none: T, work: () => Promise<T>): Promise<T> {
    try {
      const done = await work()
      this.#failing.delete(segment)
      return done
    } catch (error) {
      if (!this.#segments.has(segment)) return none
      const { code } = error as NodeJS.ErrnoException
      if (LACKS.has(code) || this.#hasPatience(segment)) throw error
      if (!this.#readAround.has(segment)) {
        this.#readAround.add(segment)
        return this.#patiently(segment, none, work)
      }
      // Not even its file can be had. What the writer has open it puts back itself (restore-directory.ts).
      if (code === undefined || segment.isOpen) throw error
      this.lose(segment, code === 'ENOENT' ? 'missing' : 'unreadable')
      return none
    }
  }

  #hasPatience(segment: Segment): boolean {
    const { times, since } = this.#failing.get(segment) ?? { times: 0, since: this.#monotonicMs() }
    this.#failing.set(segment, { times: times + 1, since })
    return times + 1 < READ_ATTEMPTS_MAX || this.#monotonicMs() - since < READ_PATIENCE_MS
  }

  async #contentsOf(segment: Segment): Promise<SegmentContents> {
    if (segment.contents !== null) return segment.contents
    const { contents, end } = await this.#scan(segment)
    segment.bytes = end
    segment.contents = contents
    return contents
  }

  async #readSegment(segment: Segment, seq: number, maxBytes: number): Promise<SegmentRecord[]> {
    const { index } = await this.#contentsOf(segment)
    // What is durable now; the writer may be adding more.
    const end = segment.bytes
    const isReadAround = this.#readAround.has(segment)
    if (isReadAround && end === 0) return []
    const chunkBytes = maxBytes + READ_AHEAD_BYTES
    const file = await this.#files.open(join(this.#directory, segment.name), 'read')
    try {
      const load = async (from: number, asked: number): Promise<Chunk> => {
        const into = Buffer.allocUnsafe(Math.max(0, Math.min(asked, end - from)))
        const { bytes } = isReadAround ? await readAround(file, into, from) : { bytes: into.subarray(0, await file.read(into, from)) }
        return { bytes, from, asked }
      }
      const records: SegmentRecord[] = []
      let payloadBytes = 0
      let at = index.offsetFor(seq)
      let chunk = await load(at, chunkBytes)
      while (at < end) {
        const frame = decodeFrame(chunk.bytes, at - chunk.from, segment.seed)
        if (typeof frame === 'string') {
          if (records.length > 0) break
          const needed = bytesNeeded(chunk, at)
          const more = frame === 'short' && (chunk.from < at || chunk.asked < needed)
          if (!more) at = await this.#endOfDamage(segment, at)
          chunk = await load(at, more ? Math.max(chunkBytes, needed) : chunkBytes)
          continue
        }
        at = chunk.from + frame.end
        if (frame.seq < seq) continue
        payloadBytes += frame.payload.length
        if (records.length > 0 && payloadBytes > maxBytes) break
        records.push({ seq: BigInt(frame.seq), appendedAt: frame.appendedAt, payload: frame.payload })
      }
      return records
    } finally {
      await file.close()
    }
  }

  /** Where the damage at `at` ends. Damage not seen before is quarantined by scanning the segment again. */
  async #endOfDamage(segment: Segment, at: number): Promise<number> {
    const covering = (contents: SegmentContents | null) => contents?.damaged.find(({ from, to }) => from <= at && at < to)
    const known = covering(segment.contents)
    if (known !== undefined) return known.to
    const { contents } = await this.#scan(segment)
    const found = covering(contents)
    if (found === undefined) throw new Error(`${join(this.#directory, segment.name)} read differently twice at byte ${at}; read again, and check the disk`)
    if (segment.contents !== null) segment.contents.damaged = contents.damaged
    return found.to
  }

  async #scan(segment: Segment): Promise<{ contents: SegmentContents; end: number }> {
    const path = join(this.#directory, segment.name)
    const file = this.#readAround.has(segment) ? await readWholeFileAround(this.#files, path) : { bytes: await readWholeFile(this.#files, path), unreadable: [] }
    if (file?.bytes == null) throw Object.assign(new Error(`${path} is not there`), { code: 'ENOENT' })
    const { unreadable } = file
    // Beyond `bytes` of the segment being written lie batches that are not yet durable.
    const bytes = file.bytes.subarray(0, segment.bytes)
    const scan = scanSegment(bytes, { seed: segment.seed, firstSeq: segment.firstSeq, seqBelow: this.#segments.seqBelow(segment) })
    const end = Math.min(bytes.length, writtenEndAround(scan, unreadable))
    const damaged = end === scan.end ? scan.damaged : [...scan.damaged, { from: scan.end, to: end }]
    for (const range of damaged) await this.#quarantine.keep(segment.name, range, { bytes, unreadable })
    return { contents: { index: scan.index, damaged, lastSeq: scan.lastSeq, lastAppendedAt: scan.lastAppendedAt }, end }
  }
}

const bytesNeeded = (chunk: Chunk, at: number): number => {
  const end = frameEnd(chunk.bytes, at - chunk.from)
  return typeof end === 'number' ? end - (at - chunk.from) : FRAME_HEADER_BYTES
}
