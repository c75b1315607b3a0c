import { EMPTY_ROOT, nodeHash } from './hash.ts'

export interface TreeHead {
  readonly size: number
  readonly root: Uint8Array
}

/** Is the first tree the beginning of the second: was nothing of it changed, taken away or put between? RFC 9162 §2.1.4.2. */
export const verifyConsistency = (first: TreeHead, second: TreeHead, proof: readonly Uint8Array[]): boolean => {
  if (!Number.isSafeInteger(first.size) || !Number.isSafeInteger(second.size) || first.size < 0 || first.size > second.size) return false
  if (first.size === 0) return proof.length === 0 && EMPTY_ROOT.equals(first.root) && (second.size > 0 || EMPTY_ROOT.equals(second.root))
  if (first.size === second.size) return proof.length === 0 && Buffer.from(first.root).equals(second.root)
  const [start, ...path] = Number.isInteger(Math.log2(first.size)) ? [first.root, ...proof] : proof
  if (start === undefined) return false
  let node = first.size - 1
  let last = second.size - 1
  while (node % 2 === 1) {
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  let ofFirst: Buffer = Buffer.from(start)
  let ofSecond = ofFirst
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      ofFirst = nodeHash(sibling, ofFirst)
      ofSecond = nodeHash(sibling, ofSecond)
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2)
        last = Math.floor(last / 2)
      }
    } else ofSecond = nodeHash(ofSecond, sibling)
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && ofFirst.equals(first.root) && ofSecond.equals(second.root)
}
