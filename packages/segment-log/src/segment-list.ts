import type { Segment } from './segment.ts'

/** The segments of one log, oldest first; the newest is the one being written, where there is one. */
export class SegmentList {
  readonly #segments: Segment[]

  constructor(segments: readonly Segment[]) {
    this.#segments = [...segments]
  }

  get count(): number {
    return this.#segments.length
  }

  get oldest(): Segment | undefined {
    return this.#segments[0]
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  all(): readonly Segment[] {
    return [...this.#segments]
  }

  allButNewest(): readonly Segment[] {
    return this.#segments.slice(0, -1)
  }

  has(segment: Segment): boolean {
    return this.#segments.includes(segment)
  }

  add(segment: Segment): void {
    this.#segments.push(segment)
  }

  remove(segment: Segment): void {
    const at = this.#segments.indexOf(segment)
    if (at >= 0) this.#segments.splice(at, 1)
  }

  /** The segment that `seq` is in, or would be; the oldest for what is gone. */
  holding(seq: number): Segment | undefined {
    return this.#segments.findLast(({ firstSeq }) => firstSeq <= seq) ?? this.oldest
  }

  after(segment: Segment): Segment | undefined {
    return this.#segments[this.#segments.indexOf(segment) + 1]
  }

  /** Where a segment's numbers end: at the first of the next one. */
  seqBelow(segment: Segment): number {
    return this.after(segment)?.firstSeq ?? Number.POSITIVE_INFINITY
  }
}
