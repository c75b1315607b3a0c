import { trustedFrame } from './frame.ts'
import type { SegmentRecord } from './segment-log.ts'

/** Slots of dropped groups to gather before the array is copied down. */
const COMPACT_AFTER = 1024

interface Group {
  readonly firstSeq: number
  readonly frames: Buffer
}

/** The newest durable records, in memory, as the groups they were written in: what a reader that keeps up never goes to disk for. */
export class Tail {
  readonly #bytesMax: number
  #groups: Group[] = []
  #head = 0
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  push(firstSeq: number, frames: Buffer): void {
    this.#groups.push({ firstSeq, frames })
    this.#bytes += frames.length
    while (this.#bytes > this.#bytesMax) this.#drop()
  }

  holds(seq: number): boolean {
    const oldest = this.#groups[this.#head]
    return oldest !== undefined && oldest.firstSeq <= seq
  }

  /** Records from `seq` on, which the tail holds. At least one, whatever `bytesMax` says. */
  read(seq: number, bytesMax: number): SegmentRecord[] {
    const records: SegmentRecord[] = []
    let bytes = 0
    for (let at = this.#groupOf(seq); at < this.#groups.length; at += 1) {
      const frames = this.#groups[at]?.frames
      for (let offset = 0; frames !== undefined && offset < frames.length; ) {
        const frame = trustedFrame(frames, offset)
        offset = frame.end
        if (frame.seq < seq) continue
        bytes += frame.payload.length
        if (records.length > 0 && bytes > bytesMax) return records
        records.push({ seq: BigInt(frame.seq), appendedAt: frame.appendedAt, payload: frame.payload })
      }
    }
    return records
  }

  /** Index of the last group that begins at or before `seq`. */
  #groupOf(seq: number): number {
    let low = this.#head
    let high = this.#groups.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#groups[middle]?.firstSeq ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return Math.max(low - 1, this.#head)
  }

  #drop(): void {
    this.#bytes -= this.#groups[this.#head]?.frames.length ?? 0
    this.#head += 1
    if (this.#head < COMPACT_AFTER && this.#head < this.#groups.length) return
    this.#groups = this.#groups.slice(this.#head)
    this.#head = 0
  }
}
