/**
 * A Merkle tree that only grows (RFC 6962 §2.1, RFC 9162 §2.1), over kept levels. The tree of the first n leaves can be asked for at any
 * time after: its root, a proof that a leaf is in it, and a proof that a later tree only appended to it.
 */
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hash.ts'
import type { Levels } from './levels.ts'

export interface Tree {
  readonly size: number
  /** Takes the hash of the next leaf (`leafHash`). */
  append(leaf: Uint8Array): void
  leaf(index: number): Buffer
  /** Of the tree of the first `size` leaves. @throws RangeError beyond its size, as everything here does */
  root(size?: number): Buffer
  /** That leaf `index` is in the tree of the first `size` leaves: the audit path of RFC 6962 §2.1.1, from the leaf up. */
  proveInclusion(index: number, size: number): readonly Buffer[]
  /** That the tree of the first `first` leaves is the beginning of that of the first `second`: RFC 6962 §2.1.2. Empty for an empty tree and for the tree itself. */
  proveConsistency(first: number, second: number): readonly Buffer[]
}

export const createTree = (levels: Levels): Tree => {
  const atMost = (size: number): number => {
    if (!Number.isInteger(size) || size < 0 || size > levels.length(0)) throw new RangeError(`the tree has ${levels.length(0)} leaves, asked for ${size}`)
    return size
  }
  /** Of the leaves [from, to), where `from` is a multiple of the greatest power of two that a subtree of that length may have. */
  const subtree = (from: number, to: number): Buffer => {
    const length = to - from
    const level = Math.log2(length)
    if (Number.isInteger(level)) return levels.read(level, from / length)
    const middle = from + splitOf(length)
    return nodeHash(subtree(from, middle), subtree(middle, to))
  }
  const path = (index: number, from: number, to: number): Buffer[] => {
    if (to - from === 1) return []
    const middle = from + splitOf(to - from)
    return index < middle ? [...path(index, from, middle), subtree(middle, to)] : [...path(index, middle, to), subtree(from, middle)]
  }
  /** `isWhole`: the verifier knows the hash of the first tree itself, so it is not told again. */
  const consistency = (first: number, from: number, to: number, isWhole: boolean): Buffer[] => {
    if (first === to) return isWhole ? [] : [subtree(from, to)]
    const middle = from + splitOf(to - from)
    return first <= middle ? [...consistency(first, from, middle, isWhole), subtree(middle, to)] : [...consistency(first, middle, to, false), subtree(from, middle)]
  }
  return {
    get size() {
      return levels.length(0)
    },
    append: (leaf) => {
      if (leaf.length !== HASH_BYTES) throw new RangeError(`a leaf's hash has ${HASH_BYTES} bytes, not ${leaf.length}`)
      levels.append(0, leaf)
      let level = 0
      while (levels.length(level) % 2 === 0) {
        const last = levels.length(level) - 1
        levels.append(level + 1, nodeHash(levels.read(level, last - 1), levels.read(level, last)))
        level += 1
      }
    },
    leaf: (index) => levels.read(0, index),
    root: (size = levels.length(0)) => (atMost(size) === 0 ? EMPTY_ROOT : subtree(0, size)),
    proveInclusion: (index, size) => {
      atMost(size)
      if (!Number.isInteger(index) || index < 0 || index >= size) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`)
      return path(index, 0, size)
    },
    proveConsistency: (first, second) => {
      atMost(second)
      if (!Number.isInteger(first) || first < 0 || first > second) throw new RangeError(`a tree of ${second} leaves does not begin with one of ${first}`)
      return first === 0 ? [] : consistency(first, 0, second, true)
    },
  }
}

/** The greatest power of two below `length`, which is at least 2. */
const splitOf = (length: number): number => {
  let split = 1
  while (split * 2 < length) split *= 2
  return split
}
