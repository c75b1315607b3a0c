/**
 * Would the bytes at the end of a segment be a whole frame if one bit were the other way round? A frame that a crash cut short was never
 * acknowledged and is cut away without a word; one that was whole and lost a bit may have been acknowledged. A flipped length, or one in a
 * frame that ends in zeros, makes the second look like the first. Pure.
 */
import { crc32c } from '@node-rs/crc32'
import { COVERED_FROM, CRC_AT, decodeFrame, FRAME_HEADER_BYTES, RECORD_BYTES_MAX } from './frame.ts'

/** CRC-32C, its bits in the order in which the checksum is computed. */
const POLYNOMIAL = 0x82f6_3b78
const LENGTH_BITS = 32
const BITS_PER_BYTE = 8

export const isOneBitAway = (bytes: Buffer, at: number, seed: number): boolean => {
  if (at + FRAME_HEADER_BYTES > bytes.length) return false
  const length = bytes.readUInt32LE(at)
  return hasFlippedBit(bytes, at, length, seed) || Array.from({ length: LENGTH_BITS }, (_, bit) => (length ^ (1 << bit)) >>> 0).some((other) => isWhole(bytes, at, other, seed))
}

const isWhole = (bytes: Buffer, at: number, length: number, seed: number): boolean => {
  const end = at + FRAME_HEADER_BYTES + length
  if (length > RECORD_BYTES_MAX || end > bytes.length) return false
  const frame = Buffer.from(bytes.subarray(at, end))
  frame.writeUInt32LE(length, 0)
  return typeof decodeFrame(frame, 0, seed) === 'object'
}

/** In the checksum, or in what it covers: flipping bit *k* from the end changes the checksum by the polynomial shifted *k* times, whatever the bytes. */
const hasFlippedBit = (bytes: Buffer, at: number, length: number, seed: number): boolean => {
  const end = at + FRAME_HEADER_BYTES + length
  if (length > RECORD_BYTES_MAX || end > bytes.length) return false
  const difference = (crc32c(bytes.subarray(at + COVERED_FROM, end), seed) ^ bytes.readUInt32LE(at + CRC_AT)) >>> 0
  if (difference !== 0 && (difference & (difference - 1)) === 0) return true
  let change = POLYNOMIAL
  for (let bit = (end - at - COVERED_FROM) * BITS_PER_BYTE; bit > 0; bit -= 1) {
    if (change === difference) return true
    change = (change & 1) === 1 ? (change >>> 1) ^ POLYNOMIAL : change >>> 1
    change >>>= 0
  }
  return false
}
