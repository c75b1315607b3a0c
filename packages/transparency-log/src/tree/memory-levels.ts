import { HASH_BYTES } from './hash.ts'
import type { Levels } from './levels.ts'

const FIRST_BYTES = 64 * HASH_BYTES

/** Levels in memory, 64 bytes a leaf: for window trees, and for verifying. */
export const createMemoryLevels = (): Levels => {
  const levels: { bytes: Buffer; length: number }[] = []
  return {
    length: (level) => levels[level]?.length ?? 0,
    read: (level, index) => {
      const kept = levels[level]
      if (kept === undefined || index < 0 || index >= kept.length) throw new RangeError(`level ${level} has no hash ${index}`)
      return kept.bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
    },
    append: (level, hash) => {
      let kept = levels[level]
      if (kept === undefined) {
        kept = { bytes: Buffer.alloc(FIRST_BYTES), length: 0 }
        levels[level] = kept
      }
      const at = kept.length * HASH_BYTES
      if (at === kept.bytes.length) kept.bytes = Buffer.concat([kept.bytes, Buffer.alloc(at)])
      kept.bytes.set(hash, at)
      kept.length += 1
    },
  }
}
