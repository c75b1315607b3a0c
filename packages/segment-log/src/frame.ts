/**
 * One record on disk:
 *
 *     length u32 | crc32c u32 | seq u64 | appended_ms u64 | payload        little-endian
 *
 * `length` counts the payload. The checksum covers everything after itself, and starts from the segment's own random seed:
 * a payload is what a stranger sent us, and without the seed it could hold bytes that pass for a frame of ours when the
 * record around it is damaged and recovery looks for the next good one.
 *
 * Sequence numbers are plain numbers here (2^53 lasts 57,000 years at 5,000 a second) and bigints at the package's edge.
 */
import { crc32c } from '@node-rs/crc32'

export const FRAME_HEADER_BYTES = 24
/** The longest payload; longer is refused at append, and a longer `length` on disk is damage. */
export const RECORD_BYTES_MAX = 8 * 1024 * 1024

export const CRC_AT = 4
export const COVERED_FROM = 8
const SEQ_AT = 8
const APPENDED_AT = 16
const WORD = 0x1_0000_0000
/** Upper half of the largest safe integer. */
const HIGH_MAX = 0x1f_ffff

export interface Frame {
  readonly seq: number
  /** Epoch milliseconds. */
  readonly appendedAt: number
  /** A view into the bytes read, not a copy. */
  readonly payload: Buffer
  /** Where the next frame begins. */
  readonly end: number
}

export interface FrameStamp {
  readonly firstSeq: number
  readonly appendedAt: number
  readonly seed: number
}

export const framedBytes = (records: readonly Uint8Array[]): number => records.reduce((sum, record) => sum + FRAME_HEADER_BYTES + record.length, 0)

/** All records of all batches, numbered from `firstSeq`, in one allocation of `bytes` (the sum of `framedBytes`). */
export const encodeFrames = (batches: readonly (readonly Uint8Array[])[], bytes: number, stamp: FrameStamp): Buffer => {
  const out = Buffer.allocUnsafe(bytes)
  const appendedHigh = Math.floor(stamp.appendedAt / WORD)
  const appendedLow = stamp.appendedAt % WORD
  let seq = stamp.firstSeq
  let at = 0
  for (const records of batches) {
    for (const record of records) {
      const end = at + FRAME_HEADER_BYTES + record.length
      out.writeUInt32LE(record.length, at)
      writeU64(out, seq % WORD, Math.floor(seq / WORD), at + SEQ_AT)
      writeU64(out, appendedLow, appendedHigh, at + APPENDED_AT)
      out.set(record, at + FRAME_HEADER_BYTES)
      out.writeUInt32LE(crc32c(out.subarray(at + COVERED_FROM, end), stamp.seed), at + CRC_AT)
      seq += 1
      at = end
    }
  }
  return out
}

/** The frame at `at`; `short` when the bytes end before it does; `bad` when what is there is not a frame of this segment. */
export const decodeFrame = (bytes: Buffer, at: number, seed: number): Frame | 'short' | 'bad' => {
  const end = frameEnd(bytes, at)
  if (end === 'short' || end === 'bad') return end
  if (end > bytes.length) return 'short'
  if (crc32c(bytes.subarray(at + COVERED_FROM, end), seed) !== bytes.readUInt32LE(at + CRC_AT)) return 'bad'
  return frameAt(bytes, at, end)
}

/** As `decodeFrame`, for bytes this process encoded itself and holds in memory: nothing is checked. */
export const trustedFrame = (bytes: Buffer, at: number): Frame => frameAt(bytes, at, at + FRAME_HEADER_BYTES + bytes.readUInt32LE(at))

/** Where the frame at `at` says it ends, which may be beyond the bytes given. The checksum is not looked at. */
export const frameEnd = (bytes: Buffer, at: number): number | 'short' | 'bad' => {
  if (at + FRAME_HEADER_BYTES > bytes.length) return 'short'
  const length = bytes.readUInt32LE(at)
  if (length > RECORD_BYTES_MAX || bytes.readUInt32LE(at + SEQ_AT + 4) > HIGH_MAX || bytes.readUInt32LE(at + APPENDED_AT + 4) > HIGH_MAX) return 'bad'
  return at + FRAME_HEADER_BYTES + length
}

export const frameSeq = (bytes: Buffer, at: number): number => readU64(bytes, at + SEQ_AT)

const frameAt = (bytes: Buffer, at: number, end: number): Frame => ({
  seq: frameSeq(bytes, at),
  appendedAt: readU64(bytes, at + APPENDED_AT),
  payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
  end,
})

const readU64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at + 4) * WORD + bytes.readUInt32LE(at)

const writeU64 = (bytes: Buffer, low: number, high: number, at: number): void => {
  bytes.writeUInt32LE(low, at)
  bytes.writeUInt32LE(high, at + 4)
}
