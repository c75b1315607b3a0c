import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_ROOT, leafHash } from './hash.ts'
import { createMemoryLevels } from './memory-levels.ts'
import { createTree } from './tree.ts'
import { verifyConsistency } from './verify-consistency.ts'
import { verifyInclusion } from './verify-inclusion.ts'

const LEAVES_MAX = 70
/** The oracle hashes the whole tree for each hash of a proof. */
const EXHAUSTIVE_LEAVES_MAX = 34

/** RFC 6962 §2.1, word for word: the oracle. */
const naiveRoot = (leaves: readonly Buffer[]): Buffer => {
  const [only] = leaves
  if (only === undefined) return hash('sha256', '', 'buffer')
  if (leaves.length === 1) return hash('sha256', Buffer.concat([Buffer.from([0]), only]), 'buffer')
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return hash('sha256', Buffer.concat([Buffer.from([1]), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k))]), 'buffer')
}

const naivePath = (m: number, leaves: readonly Buffer[]): Buffer[] => {
  if (leaves.length === 1) return []
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return m < k ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))] : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))]
}

const naiveConsistency = (m: number, leaves: readonly Buffer[], whole: boolean): Buffer[] => {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)]
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return m <= k
    ? [...naiveConsistency(m, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
    : [...naiveConsistency(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))]
}

const dataOf = (size: number): readonly Buffer[] => Array.from({ length: size }, (_, nth) => Buffer.from(`leaf ${nth}`))
const treeOf = (data: readonly Buffer[]) => {
  const tree = createTree(createMemoryLevels())
  for (const leaf of data) tree.append(leafHash(leaf))
  return tree
}

const aTree = fc.integer({ min: 1, max: LEAVES_MAX }).chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 1, max: size })))
const flipped = (bytes: Uint8Array, bit: number): Buffer => {
  const copy = Buffer.from(bytes)
  const at = bit % (copy.length * 8)
  copy[at >> 3] = (copy[at >> 3] ?? 0) ^ (1 << (at & 7))
  return copy
}

describe('a leaf', () => {
  it('has the hash of its bytes, whether given as such or as text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(leafHash(text)).toEqual(hash('sha256', Buffer.concat([Buffer.of(0), Buffer.from(text)]), 'buffer'))
        expect(leafHash(Buffer.from(text))).toEqual(leafHash(text))
      }),
    )
  })
})

describe('a tree', () => {
  it('has the roots, paths and consistency proofs of RFC 6962, at every size, for every leaf and every earlier size', () => {
    const data = dataOf(EXHAUSTIVE_LEAVES_MAX)
    const tree = treeOf(data)
    for (let size = 0; size <= EXHAUSTIVE_LEAVES_MAX; size += 1) expect(tree.root(size)).toEqual(naiveRoot(data.slice(0, size)))
    for (let size = 1; size <= EXHAUSTIVE_LEAVES_MAX; size += 1) {
      const beginning = data.slice(0, size)
      for (let nth = 0; nth < size; nth += 1) expect(tree.proveInclusion(nth, size)).toEqual(naivePath(nth, beginning))
      for (let first = 1; first <= size; first += 1) expect(tree.proveConsistency(first, size)).toEqual(naiveConsistency(first, beginning, true))
    }
  })

  it('has the root of no bytes when it is empty', () => {
    expect(treeOf([]).root()).toEqual(EMPTY_ROOT)
    expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  it('refuses what it does not have', () => {
    const tree = treeOf(dataOf(5))
    expect(() => tree.root(6)).toThrow(RangeError)
    expect(() => tree.proveInclusion(5, 5)).toThrow(RangeError)
    expect(() => tree.proveInclusion(0, 6)).toThrow(RangeError)
    expect(() => tree.proveConsistency(4, 3)).toThrow(RangeError)
    expect(() => tree.append(Buffer.alloc(31))).toThrow(RangeError)
  })
})

describe('an inclusion proof', () => {
  it('is right for its leaf, and for no other leaf, number, size, root or path', () => {
    fc.assert(
      fc.property(aTree, fc.nat(), fc.nat(), ([size, index], bit, other) => {
        const data = dataOf(size)
        const tree = treeOf(data)
        const proof = tree.proveInclusion(index, size)
        const leaf = tree.leaf(index)
        const root = tree.root()
        expect(verifyInclusion(leaf, index, size, root, proof)).toBe(true)
        expect(verifyInclusion(flipped(leaf, bit), index, size, root, proof)).toBe(false)
        expect(verifyInclusion(leaf, index, size, flipped(root, bit), proof)).toBe(false)
        const otherIndex = other % (size + 2)
        if (otherIndex !== index) expect(verifyInclusion(leaf, otherIndex, size, root, proof)).toBe(false)
        if (proof.length > 0) {
          const at = bit % proof.length
          expect(verifyInclusion(leaf, index, size, root, proof.with(at, flipped(proof[at] ?? root, bit)))).toBe(false)
          expect(verifyInclusion(leaf, index, size, root, proof.slice(1))).toBe(false)
        }
        expect(verifyInclusion(leaf, index, size, root, [...proof, root])).toBe(false)
      }),
    )
  })

  it('may be right for another size only where the two trees give that leaf the same path', () => {
    for (let size = 1; size <= 24; size += 1) {
      const data = dataOf(size)
      const tree = treeOf(data)
      for (let index = 0; index < size; index += 1) {
        const proof = tree.proveInclusion(index, size)
        // A size says how a path is to be read; the root is what binds the size, in the checkpoint. A size that reads the path otherwise is refused.
        for (let other = 1; other <= 24; other += 1) {
          const isSame = other > index && naivePathShape(index, other) === naivePathShape(index, size)
          expect(verifyInclusion(tree.leaf(index), index, other, tree.root(), proof)).toBe(isSame)
        }
      }
    }
  })

  it('is refused where its path is longer than a tree of that size has, even if it leads to the root', () => {
    const tree = treeOf(dataOf(2))
    expect(verifyInclusion(tree.leaf(1), 1, 2, tree.root(), [tree.leaf(0)])).toBe(true)
    expect(verifyInclusion(tree.leaf(1), 0, 1, tree.root(), [tree.leaf(0)])).toBe(false)
  })

  it('is refused where its numbers are none', () => {
    const tree = treeOf(dataOf(4))
    const proof = tree.proveInclusion(1, 4)
    for (const [index, size] of [
      [-1, 4],
      [1.5, 4],
      [Number.NaN, 4],
      [1, 0],
      [1, Number.POSITIVE_INFINITY],
    ] as const)
      expect(verifyInclusion(tree.leaf(1), index, size, tree.root(), proof)).toBe(false)
  })
})

describe('a consistency proof', () => {
  it('is right for its two trees, and not where either, or a hash of it, is another', () => {
    fc.assert(
      fc.property(aTree, fc.nat(), ([size, , firstSize], bit) => {
        const tree = treeOf(dataOf(size))
        const first = { size: firstSize, root: tree.root(firstSize) }
        const second = { size, root: tree.root() }
        const proof = tree.proveConsistency(firstSize, size)
        expect(verifyConsistency(first, second, proof)).toBe(true)
        expect(verifyConsistency({ ...first, root: flipped(first.root, bit) }, second, proof)).toBe(false)
        expect(verifyConsistency(first, { ...second, root: flipped(second.root, bit) }, proof)).toBe(false)
        expect(verifyConsistency(second, first, proof)).toBe(firstSize === size)
        expect(verifyConsistency(first, second, [...proof, second.root])).toBe(false)
        if (proof.length > 0) {
          const at = bit % proof.length
          expect(verifyConsistency(first, second, proof.with(at, flipped(proof[at] ?? second.root, bit)))).toBe(false)
          expect(verifyConsistency(first, second, proof.slice(1))).toBe(false)
          expect(verifyConsistency(first, second, proof.slice(0, -1))).toBe(false)
        }
      }),
    )
  })

  it('cannot be made for a log of which something was changed, taken away, put between or put in another order', () => {
    fc.assert(
      fc.property(aTree, fc.constantFrom('change', 'delete', 'insert', 'swap'), ([size, index, firstSize], tamper) => {
        const data = [...dataOf(size)]
        const at = index % firstSize
        const honest = treeOf(data)
        if (tamper === 'change') data[at] = Buffer.from('changed')
        if (tamper === 'delete') data.splice(at, 1)
        if (tamper === 'insert') data.splice(at, 0, Buffer.from('inserted'))
        if (tamper === 'swap') data.splice(at, 1, ...data.splice((at + 1) % firstSize, 1, data[at] ?? Buffer.alloc(0)))
        if (naiveRoot(data.slice(0, firstSize)).equals(honest.root(firstSize))) return
        const forged = treeOf(data)
        const first = { size: firstSize, root: honest.root(firstSize) }
        for (const proof of firstSize <= forged.size
          ? [forged.proveConsistency(firstSize, forged.size), honest.proveConsistency(firstSize, size)]
          : [honest.proveConsistency(firstSize, size)])
          expect(verifyConsistency(first, { size: forged.size, root: forged.root() }, proof)).toBe(false)
      }),
    )
  })

  it('is refused where it is longer than trees of those sizes have', () => {
    const tree = treeOf(dataOf(4))
    const [one, two] = [tree.root(1), tree.root(2)]
    expect(verifyConsistency({ size: 1, root: one }, { size: 2, root: tree.root(4) }, [...tree.proveConsistency(1, 2), ...tree.proveConsistency(2, 4)])).toBe(false)
    expect(verifyConsistency({ size: 1, root: one }, { size: 2, root: two }, tree.proveConsistency(1, 2))).toBe(true)
  })

  it('from a tree without leaves is empty, and from nothing else', () => {
    const tree = treeOf(dataOf(3))
    const empty = { size: 0, root: EMPTY_ROOT }
    const head = { size: 3, root: tree.root() }
    expect(verifyConsistency(empty, head, [])).toBe(true)
    expect(verifyConsistency(empty, empty, [])).toBe(true)
    expect(verifyConsistency({ size: 0, root: tree.root() }, head, [])).toBe(false)
    expect(verifyConsistency(empty, { size: 0, root: tree.root() }, [])).toBe(false)
    expect(verifyConsistency(empty, head, [tree.root()])).toBe(false)
    expect(verifyConsistency({ size: -1, root: tree.root() }, head, [])).toBe(false)
    expect(verifyConsistency({ size: 3, root: EMPTY_ROOT }, { size: 6, root: EMPTY_ROOT }, [])).toBe(false)
  })
})

/** On which side each sibling of the path stands. */
const naivePathShape = (m: number, size: number): string => {
  if (size === 1) return ''
  let k = 1
  while (k * 2 < size) k *= 2
  return m < k ? `${naivePathShape(m, k)}R` : `${naivePathShape(m - k, size - k)}L`
}
