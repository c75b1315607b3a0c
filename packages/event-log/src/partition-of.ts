const SEED = 0x9747b28c
const M = 0x5bd1e995
const R = 24

/** Which of `partitions` a key belongs to: the same one as Kafka's own producers choose, so that a log copied to Kafka keeps its partitions. */
export const partitionOf = (key: string, partitions: number): number => (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions

/** MurmurHash2, 32 bit, as in Kafka's `Utils.murmur2`. */
const murmur2 = (data: Buffer): number => {
  const whole = data.length & ~3
  let hash = SEED ^ data.length
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(data.readInt32LE(at), M)
    word = Math.imul(word ^ (word >>> R), M)
    hash = Math.imul(hash, M) ^ word
  }
  for (let at = data.length - 1; at >= whole; at -= 1) hash ^= (data[at] ?? 0) << ((at - whole) * 8)
  if (whole < data.length) hash = Math.imul(hash, M)
  hash = Math.imul(hash ^ (hash >>> 13), M)
  return hash ^ (hash >>> 15)
}
