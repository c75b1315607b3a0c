import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createMemoryLevels } from '@rollcall/transparency-log/tree/memory-levels'
import { createTree } from '@rollcall/transparency-log/tree/tree'
import { describe, expect, it } from 'vitest'
import { leadsToRoot } from './leads-to-root.ts'

const SIZE_MAX = 11

const tree = createTree(createMemoryLevels())
for (let leaf = 0; leaf < SIZE_MAX; leaf++) tree.append(leafHash(Buffer.from(`record ${leaf}`)))
const NOTHING = leafHash(Buffer.from('nothing')).toString('base64')
const rootOf = (size: number) => tree.root(size).toString('base64')
const proofOf = (leaf: number, size: number) => ({
  leaf,
  size,
  leafHash: tree.leaf(leaf).toString('base64'),
  path: tree.proveInclusion(leaf, size).map((hash) => hash.toString('base64')),
})
const proofs = Array.from({ length: SIZE_MAX }, (_, index) => index + 1).flatMap((size) => Array.from({ length: size }, (_, leaf) => proofOf(leaf, size)))

describe('the path of a record', () => {
  it('leads to the root, in every tree, from every record', async () => {
    for (const proof of proofs) expect([proof.leaf, proof.size, await leadsToRoot(proof, rootOf(proof.size))]).toEqual([proof.leaf, proof.size, true])
  })

  it('leads nowhere from another record, by another path, to another root', async () => {
    for (const proof of proofs) {
      if (proof.size < 2) continue
      const other = proofOf((proof.leaf + 1) % proof.size, proof.size)
      expect(await leadsToRoot({ ...proof, leafHash: other.leafHash }, rootOf(proof.size))).toBe(false)
      expect(await leadsToRoot(proof, rootOf(proof.size - 1))).toBe(false)
      expect(await leadsToRoot({ ...proof, path: proof.path.slice(1) }, rootOf(proof.size))).toBe(false)
      expect(await leadsToRoot({ ...proof, path: [...proof.path, other.leafHash] }, rootOf(proof.size))).toBe(false)
      expect(await leadsToRoot({ ...proof, path: proof.path.with(0, NOTHING) }, rootOf(proof.size))).toBe(false)
      expect(await leadsToRoot({ ...proof, leaf: proof.size }, rootOf(proof.size))).toBe(false)
    }
  })

  it('of a record leads nowhere from the place of another', async () => {
    for (const proof of proofs) for (let leaf = 0; leaf < proof.size; leaf++) expect(await leadsToRoot({ ...proof, leaf }, rootOf(proof.size))).toBe(leaf === proof.leaf)
  })
})
