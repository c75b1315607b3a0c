/** That a record is in a tree, as the API answers it; hashes in base64, the path from the leaf up. */
export interface Inclusion {
  readonly leaf: number
  readonly size: number
  readonly leafHash: string
  readonly path: readonly string[]
}

/**
 * Does the path lead from the record to this root? RFC 9162 §2.1.3.2, computed here: an answer that contradicts itself is seen by whoever only looks. It
 * proves nothing against who serves the page; a pack that is checked elsewhere does.
 * @param root of the tree of `size` records, base64
 */
export const leadsToRoot = async ({ leaf, size, leafHash, path }: Inclusion, root: string): Promise<boolean> => {
  if (leaf < 0 || leaf >= size) return false
  let node = leaf
  let last = size - 1
  let hash = bytesOf(leafHash)
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(bytesOf(sibling), hash)
      // A node without a sibling is its own parent, as often as it stands at the end.
      while (node % 2 === 0 && node !== 0) {
        node /= 2
        last = Math.floor(last / 2)
      }
    } else hash = await nodeHash(hash, bytesOf(sibling))
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && btoa(String.fromCharCode(...hash)) === root
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))

const nodeHash = async (left: Uint8Array, right: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from([1, ...left, ...right])))
