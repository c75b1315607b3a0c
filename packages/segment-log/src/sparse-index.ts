/** One entry per this many bytes of a segment: a read from anywhere skips at most that much. */
const INDEX_STEP_BYTES = 64 * 1024

/** Where records are in one segment, to within INDEX_STEP_BYTES. Sequence numbers and offsets rise together. */
export class SparseIndex {
  readonly #seqs: number[] = []
  readonly #offsets: number[] = []

  add(seq: number, offset: number): void {
    const last = this.#offsets.at(-1)
    if (last !== undefined && offset - last < INDEX_STEP_BYTES) return
    this.#seqs.push(seq)
    this.#offsets.push(offset)
  }

  /** Offset of a frame at or before `seq`; 0 where nothing is known. */
  offsetFor(seq: number): number {
    let low = 0
    let high = this.#seqs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#seqs[middle] ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return this.#offsets[low - 1] ?? 0
  }
}
