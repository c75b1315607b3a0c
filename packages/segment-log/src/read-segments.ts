/**
 * Reads records from disk, checking every checksum on the way. A segment is scanned whole the first time it is asked for
 * (16 MiB, some milliseconds), which finds its damage and builds its index; a frame that went bad since is found by the read itself.
 */
import { join } from 'node:path'
import type { FilePort } from './file-port.ts'
import { decodeFrame, FRAME_HEADER_BYTES, frameEnd } from './frame.ts'
import type { Quarantine } from './quarantine.ts'
import { scanSegment } from './scan-segment.ts'
import type { Segment, SegmentContents } from './segment.ts'
import type { SegmentList } from './segment-list.ts'
import type { SegmentRecord } from './segment-log.ts'
import { readWholeFile } from './whole-file.ts'

/** Read beyond `maxBytes` for headers and for what lies before the record asked for. */
const READ_AHEAD_BYTES = 128 * 1024

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

  constructor(files: FilePort, directory: string, quarantine: Quarantine, segments: SegmentList) {
    this.#files = files
    this.#directory = directory
    this.#quarantine = quarantine
    this.#segments = segments
  }

  /** Finds out what a segment holds, once. */
  async contentsOf(segment: Segment): Promise<SegmentContents> {
    if (segment.contents !== null) return segment.contents
    const { contents, end } = await this.#scan(segment)
    segment.bytes = end
    segment.contents = contents
    return contents
  }

  /** Records from `seq` on, or the first after it that can be read: at least one if there is any. All of one segment. */
  async read(seq: number, maxBytes: number): Promise<SegmentRecord[]> {
    let segment = this.#segments.holding(seq)
    while (segment !== undefined) {
      const records = await this.#readSegment(segment, seq, maxBytes).catch((error) => {
        if (this.#segments.has(segment as Segment)) throw error
        return []
      })
      if (records.length > 0) return records
      // A segment dropped while we read it gives way to what is the oldest now.
      segment = this.#segments.has(segment) ? this.#segments.after(segment) : this.#segments.holding(seq)
    }
    return []
  }

  async #readSegment(segment: Segment, seq: number, maxBytes: number): Promise<SegmentRecord[]> {
    const { index } = await this.contentsOf(segment)
    // What is durable now; the writer may be adding more.
    const end = segment.bytes
    const chunkBytes = maxBytes + READ_AHEAD_BYTES
    const file = await this.#files.open(join(this.#directory, segment.name), 'read')
    try {
      const load = async (from: number, asked: number): Promise<Chunk> => {
        const into = Buffer.allocUnsafe(Math.max(0, Math.min(asked, end - from)))
        return { bytes: into.subarray(0, await file.read(into, from)), from, asked }
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
    const file = (await readWholeFile(this.#files, join(this.#directory, segment.name))) ?? Buffer.alloc(0)
    // Beyond `bytes` of the segment being written lie batches that are not yet durable.
    const bytes = file.subarray(0, segment.bytes)
    const scan = scanSegment(bytes, { seed: segment.seed, firstSeq: segment.firstSeq, seqBelow: this.#segments.seqBelow(segment) })
    const damaged = scan.tail === 'clean' ? scan.damaged : [...scan.damaged, { from: scan.end, to: scan.writtenEnd }]
    for (const range of damaged) await this.#quarantine.keep(segment.name, range, bytes)
    return { contents: { index: scan.index, damaged, lastSeq: scan.lastSeq, lastAppendedAt: scan.lastAppendedAt }, end: scan.writtenEnd }
  }
}

const bytesNeeded = (chunk: Chunk, at: number): number => {
  const end = frameEnd(chunk.bytes, at - chunk.from)
  return typeof end === 'number' ? end - (at - chunk.from) : FRAME_HEADER_BYTES
}
