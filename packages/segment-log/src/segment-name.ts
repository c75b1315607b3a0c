import { randomInt } from 'node:crypto'
import { crc32c } from '@node-rs/crc32'

/** What the name of a segment's file says: `00000000000000000042-9f3ab2c1.segment` is record 42 onwards, checksums seeded with 0x9f3ab2c1. */
export interface SegmentId {
  readonly firstSeq: number
  /** Where every checksum of this segment starts (see frame.ts). In the name, because a damaged header would cost the whole segment. */
  readonly seed: number
  readonly name: string
}

const SEGMENT_NAME = /^(\d{20})-([0-9a-f]{8})\.segment$/
const SEED_END = 0x1_0000_0000
const ZERO_HEADER = Buffer.alloc(16)

export const newSegmentId = (firstSeq: number): SegmentId => {
  let seed = randomInt(SEED_END)
  // Segments are filled with zeros ahead of the records, and zeros must never pass for a frame.
  while (crc32c(ZERO_HEADER, seed) === 0) seed = randomInt(SEED_END)
  return { firstSeq, seed, name: `${String(firstSeq).padStart(20, '0')}-${seed.toString(16).padStart(8, '0')}.segment` }
}

/** Null for a file that is not a segment. */
export const parseSegmentName = (name: string): SegmentId | null => {
  const [, firstSeq, seed] = SEGMENT_NAME.exec(name) ?? []
  if (firstSeq === undefined || seed === undefined) return null
  return { firstSeq: Number(firstSeq), seed: Number.parseInt(seed, 16), name }
}
