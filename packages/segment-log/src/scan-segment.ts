/**
 * What one segment's bytes hold. Frames follow one another; after them come zeros (space allocated ahead) or nothing.
 * Where a frame is damaged the scan goes on at the next good one and reports the bytes between. Pure: recovery acts on the answer.
 */
import { decodeFrame, FRAME_HEADER_BYTES, frameEnd, frameSeq } from './frame.ts'
import { isOneBitAway } from './one-bit-away.ts'
import { SparseIndex } from './sparse-index.ts'

/** Sequence numbers jump where damage was cut away (see recover.ts), by far less than this; a frame further ahead is not believed. */
const SEQ_JUMP_MAX = 2 ** 24

export interface ByteRange {
  readonly from: number
  readonly to: number
}

export interface SegmentScan {
  readonly index: SparseIndex
  /** Ranges between good frames that are not frames. */
  readonly damaged: readonly ByteRange[]
  /** Null where there is no record. */
  readonly lastSeq: number | null
  readonly lastAppendedAt: number
  /** End of the last good frame. */
  readonly end: number
  /** End of what was ever written: from there on there are only zeros. `end` in a clean segment. */
  readonly writtenEnd: number
  /**
   * What lies between `end` and `writtenEnd`. `torn`: a frame that stops short, as a crash leaves it; it was never acknowledged.
   * `damaged`: a frame that is all there and wrong; it may have been.
   */
  readonly tail: 'clean' | 'torn' | 'damaged'
}

export interface ScanBounds {
  readonly seed: number
  readonly firstSeq: number
  /** First number of the following segment: frames from there on were rejected when they were written, and live on in the next. */
  readonly seqBelow: number
}

export const scanSegment = (bytes: Buffer, { seed, firstSeq, seqBelow }: ScanBounds): SegmentScan => {
  const index = new SparseIndex()
  const damaged: ByteRange[] = []
  let lastSeq: number | null = null
  let lastAppendedAt = 0
  let expected = firstSeq
  let at = 0
  while (at < bytes.length) {
    const frame = decodeFrame(bytes, at, seed)
    if (typeof frame === 'object' && frame.seq >= seqBelow) return { index, damaged, lastSeq, lastAppendedAt, end: at, writtenEnd: at, tail: 'clean' }
    if (typeof frame === 'object' && frame.seq >= expected) {
      index.add(frame.seq, at)
      lastSeq = frame.seq
      lastAppendedAt = frame.appendedAt
      expected = frame.seq + 1
      at = frame.end
      continue
    }
    const next = findFrame(bytes, at + 1, { seed, firstSeq: expected, seqBelow })
    if (next === null) break
    damaged.push({ from: at, to: next })
    at = next
  }
  const writtenEnd = Math.max(at, endOfData(bytes))
  return { index, damaged, lastSeq, lastAppendedAt, end: at, writtenEnd, tail: tailOf(bytes, at, writtenEnd, seed) }
}

const findFrame = (bytes: Buffer, from: number, { seed, firstSeq, seqBelow }: ScanBounds): number | null => {
  const dataEnd = endOfData(bytes)
  const seqEnd = Math.min(seqBelow, firstSeq + SEQ_JUMP_MAX)
  for (let at = from; at < dataEnd; at += 1) {
    // The highest byte of its length: few places have the zero there that a frame has.
    if (bytes[at + 3] !== 0) continue
    const end = frameEnd(bytes, at)
    if (end === 'short') return null
    if (end === 'bad' || end > bytes.length) continue
    const seq = frameSeq(bytes, at)
    if (seq >= firstSeq && seq < seqEnd && typeof decodeFrame(bytes, at, seed) === 'object') return at
  }
  return null
}

const tailOf = (bytes: Buffer, at: number, writtenEnd: number, seed: number): SegmentScan['tail'] => {
  if (writtenEnd === at) return 'clean'
  if (isOneBitAway(bytes, at, seed)) return 'damaged'
  if (writtenEnd - at < FRAME_HEADER_BYTES) return 'torn'
  const end = frameEnd(bytes, at)
  return end === 'bad' || end === 'short' || end > writtenEnd ? 'torn' : 'damaged'
}

const ZEROS = Buffer.alloc(4 * 1024)

/** One past the last byte that is not zero. What is allocated ahead is passed over in long strides, which is most of a young segment. */
const endOfData = (bytes: Buffer): number => {
  let end = bytes.length
  while (end >= ZEROS.length && ZEROS.compare(bytes, end - ZEROS.length, end) === 0) end -= ZEROS.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  return end
}
