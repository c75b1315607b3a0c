/**
 * The calls of one window as a tree, sorted by CallSid: that a call is in it takes its path, and that one is not takes its two
 * neighbours, which are next to each other. A leaf is text whose CallSid `keyOf` can read, so that a verifier reads it out of the very
 * bytes that were hashed.
 */
import { leafHash } from '../tree/hash.ts'
import { createMemoryLevels } from '../tree/memory-levels.ts'
import { createTree } from '../tree/tree.ts'
import { verifyInclusion } from '../tree/verify-inclusion.ts'

/** A leaf, its number, and its path up to the root. */
export interface ProvenLeaf {
  readonly leaf: string
  readonly index: number
  readonly path: readonly Buffer[]
}

/** `before` is null where the key is before the first leaf, `after` where it is after the last one; both in an empty window. */
export interface AbsenceProof {
  readonly before: ProvenLeaf | null
  readonly after: ProvenLeaf | null
}

export interface WindowTree {
  readonly size: number
  readonly root: Buffer
  /** Null: it is not there. */
  provePresence(key: string): ProvenLeaf | null
  /** Null: it is there. */
  proveAbsence(key: string): AbsenceProof | null
}

export type KeyOf = (leaf: string) => string

/** By UTF-16 code unit, which for CallSids is their order of bytes. @throws RangeError where two leaves have one key */
export const createWindowTree = (leaves: readonly string[], keyOf: KeyOf): WindowTree => {
  const sorted = leaves.map((leaf) => ({ leaf, key: keyOf(leaf) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const tree = createTree(createMemoryLevels())
  for (const [nth, { leaf, key }] of sorted.entries()) {
    if (nth > 0 && sorted[nth - 1]?.key === key) throw new RangeError('two leaves of a window have one key')
    tree.append(leafHash(leaf))
  }
  const proven = (index: number): ProvenLeaf | null => {
    const leaf = sorted[index]?.leaf
    return leaf === undefined ? null : { leaf, index, path: tree.proveInclusion(index, sorted.length) }
  }
  const placeOf = (key: string): number => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sorted[middle]?.key ?? '') < key) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    size: sorted.length,
    root: tree.root(),
    provePresence: (key) => {
      const place = placeOf(key)
      return sorted[place]?.key === key ? proven(place) : null
    },
    proveAbsence: (key) => {
      const place = placeOf(key)
      return sorted[place]?.key === key ? null : { before: proven(place - 1), after: proven(place) }
    },
  }
}

export interface WindowRoot {
  readonly size: number
  readonly root: Uint8Array
}

export const verifyPresence = (key: string, proof: ProvenLeaf, window: WindowRoot, keyOf: KeyOf): boolean => keyOf(proof.leaf) === key && isInWindow(proof, window)

/** Holds where whoever made the window sorted it; `isSorted` over all its leaves shows that. */
export const verifyAbsence = (key: string, { before, after }: AbsenceProof, window: WindowRoot, keyOf: KeyOf): boolean => {
  if (before !== null && !(keyOf(before.leaf) < key && isInWindow(before, window))) return false
  if (after !== null && !(key < keyOf(after.leaf) && isInWindow(after, window))) return false
  const beforeIndex = before?.index ?? -1
  const afterIndex = after?.index ?? window.size
  return afterIndex === beforeIndex + 1 && (window.size > 0 || createWindowTree([], keyOf).root.equals(window.root))
}

const isInWindow = ({ leaf, index, path }: ProvenLeaf, { size, root }: WindowRoot): boolean => verifyInclusion(leafHash(leaf), index, size, root, path)
