import { nodeHash } from './hash.ts'

/** Is the leaf with this hash number `index` of the tree with this size and root? RFC 9162 §2.1.3.2. */
export const verifyInclusion = (leaf: Uint8Array, index: number, size: number, root: Uint8Array, proof: readonly Uint8Array[]): boolean => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let node = index
  let last = size - 1
  let hash: Buffer = Buffer.from(leaf)
  for (const sibling of proof) {
    if (last === 0) return false
    if (isRight(node) || node === last) {
      hash = nodeHash(sibling, hash)
      while (!isRight(node) && node !== 0) {
        node = parentOf(node)
        last = parentOf(last)
      }
    } else hash = nodeHash(hash, sibling)
    node = parentOf(node)
    last = parentOf(last)
  }
  return last === 0 && hash.equals(root)
}

const isRight = (node: number): boolean => node % 2 === 1
const parentOf = (node: number): number => Math.floor(node / 2)
