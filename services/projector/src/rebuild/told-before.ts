/**
 * Which calls were written already, of any number, in memory of one size: a set that may say of a call that it is in, though it is not,
 * and never the other way round. Shared by threads: each call is the first for one of them only.
 *
 * A Bloom filter in blocks of one word: a call sets five bits of it in one atomic step, which also says whether all of them were set before. With
 * three million calls one in ten thousand is mistaken, with a hundred million nearly all; a mistaken one takes the longer way and ends the same.
 */
const WORD_BITS = 23
const BYTES = 4 * 2 ** WORD_BITS

export interface ToldBefore {
  /** Notes a call. False for the first to note it: for one thread, once. */
  note(key: string): boolean
}

export const toldBeforeMemory = (): SharedArrayBuffer => new SharedArrayBuffer(BYTES)

export const newToldBefore = (memory: SharedArrayBuffer): ToldBefore => {
  const words = new Int32Array(memory)
  return {
    note: (key) => {
      const [word, bits] = [place(key), bitsOf(key)]
      return (Atomics.or(words, word, bits) & bits) === bits
    },
  }
}

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193
const OTHER_OFFSET = 0x2f5e1c39

const place = (key: string): number => hashOf(key, FNV_OFFSET) >>> (32 - WORD_BITS)

const BIT = 31
const BIT_WIDTH = 5
const bitsOf = (key: string): number => {
  let hash = hashOf(key, OTHER_OFFSET)
  let bits = 0
  for (let nth = 0; nth < 5; nth += 1) {
    bits |= 1 << (hash & BIT)
    hash >>>= BIT_WIDTH
  }
  return bits
}

/** FNV-1a, with the end of MurmurHash3: its own leaves the upper bits of similar texts alike. */
const hashOf = (key: string, seed: number): number => {
  let hash = seed
  for (let nth = 0; nth < key.length; nth += 1) hash = Math.imul(hash ^ key.charCodeAt(nth), FNV_PRIME)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
