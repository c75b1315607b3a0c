import type { ByteRange } from './scan-segment.ts'
import type { SegmentId } from './segment-name.ts'
import type { SparseIndex } from './sparse-index.ts'

/** One file of the log, as the process knows it. */
export interface Segment extends SegmentId {
  /** Bytes of durable frames; for a segment not read since the start, bytes of the file. */
  bytes: number
  /** A writer has its file open. */
  isOpen: boolean
  /** What is in it. Read from disk when first asked for; kept up to date by the writer for the segment being written. */
  contents: SegmentContents | null
}

export interface SegmentContents {
  readonly index: SparseIndex
  damaged: readonly ByteRange[]
  lastSeq: number | null
  /** Epoch milliseconds; 0 where there is no record. */
  lastAppendedAt: number
}
