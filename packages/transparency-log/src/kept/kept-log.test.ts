import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../note/checkpoint.ts'
import { createSigner, createVerifier, generateKey, type Signer } from '../note/key.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { leafHash } from '../tree/hash.ts'
import { createMemoryLevels } from '../tree/memory-levels.ts'
import { createTree, type Tree } from '../tree/tree.ts'
import { verifyConsistency } from '../tree/verify-consistency.ts'
import { verifyInclusion } from '../tree/verify-inclusion.ts'
import { InconsistentTreeError, openCheckpointSigner } from './checkpoint-signer.ts'
import { hasFileLevels, KeptHashesError, openFileLevels } from './file-levels.ts'
import { type InclusionProof, NotKeptError, openKeptLog } from './kept-log.ts'

const origin = 'rollcall.test/audit'
const key = generateKey(origin)
const signers = [createSigner(key.signerKey)] as const
const verifiers = [createVerifier(key.verifierKey)]
const leaf = (nth: number) => leafHash(Buffer.from(`record ${nth}`))
const grow = (tree: Tree, to: number): void => {
  while (tree.size < to) tree.append(leaf(tree.size))
}
const treeOf = (size: number): Tree => {
  const tree = createTree(createMemoryLevels())
  grow(tree, size)
  return tree
}

describe('a kept log', () => {
  it('proves everything that was signed for, to whoever only reads, and nothing beyond it', async () => {
    const directory = temporaryDirectory()
    const kept = openKeptLog(directory)
    expect(await kept.checkpoint()).toBeNull()
    await expect(kept.proveInclusion(0, 1)).rejects.toThrow(NotKeptError)

    const levels = openFileLevels(directory, 0)
    const tree = createTree(levels)
    const signer = await openCheckpointSigner({ directory, origin, signers })
    grow(tree, 21)
    levels.sync()
    const first = await signer.sign(tree)
    grow(tree, 50)
    levels.sync()
    const second = await signer.sign(tree)
    grow(tree, 60)

    const newest = await kept.checkpoint()
    expect(newest).toEqual({ ...second, signedAt: expect.any(Number) })
    expect(openCheckpoint(newest?.note ?? '', verifiers, origin).root).toEqual(treeOf(50).root())
    for (const [index, size] of [
      [0, 50],
      [49, 50],
      [20, 21],
    ] as const) {
      const proof = await kept.proveInclusion(index, size)
      expect(proof.leafHash).toEqual(leaf(index))
      expect(verifyInclusion(proof.leafHash, index, size, tree.root(size), proof.path)).toBe(true)
    }
    const asked = Array.from({ length: 450 }, (_, nth) => (nth * 7) % 50)
    const proofs: InclusionProof[] = []
    for await (const proof of kept.proveInclusions(asked, 50)) proofs.push(proof)
    expect(proofs.map(({ index }) => index)).toEqual(asked)
    for (const proof of proofs.slice(0, 50)) expect(proof).toEqual(await kept.proveInclusion(proof.index, 50))
    await expect(kept.proveInclusions([0, 50], 50)[Symbol.asyncIterator]().next()).rejects.toThrow(NotKeptError)
    const { path } = await kept.proveConsistency(21, 50)
    expect(verifyConsistency(first, second, path)).toBe(true)
    for (const [index, size] of [
      [50, 51],
      [0, 51],
      [5, 5],
      [-1, 5],
      [0.5, 5],
    ] as const)
      await expect(kept.proveInclusion(index, size)).rejects.toThrow(NotKeptError)
    await expect(kept.proveConsistency(51, 50)).rejects.toThrow(NotKeptError)
    await expect(kept.proveConsistency(5, 51)).rejects.toThrow(NotKeptError)
    levels.close()
  })
})

describe('levels on disk', () => {
  it('begin where the last signed tree ended, whatever was written after it', () => {
    const directory = temporaryDirectory()
    const levels = openFileLevels(directory, 0)
    const tree = createTree(levels)
    grow(tree, 37)
    // Of records that the log had not kept after all.
    while (tree.size < 70) tree.append(leaf(1_000 + tree.size))
    levels.sync()
    levels.close()
    // Killed in the middle of writing: a part of a hash, and a whole one that is none of ours.
    writeFileSync(join(directory, 'level-00'), Buffer.alloc(45, 7), { flag: 'a' })
    expect(hasFileLevels(directory)).toBe(true)

    const again = openFileLevels(directory, 37)
    const regrown = createTree(again)
    expect(regrown.size).toBe(37)
    expect(regrown.root()).toEqual(treeOf(37).root())
    grow(regrown, 100)
    again.sync()
    expect(regrown.root()).toEqual(treeOf(100).root())
    again.close()
    const whole = createTree(openFileLevels(directory, 100))
    expect(whole.root()).toEqual(treeOf(100).root())
  })

  it('begin anew when nothing was signed', () => {
    const directory = temporaryDirectory()
    const levels = openFileLevels(directory, 0)
    grow(createTree(levels), 9)
    levels.sync()
    levels.close()
    const again = openFileLevels(directory, 0)
    grow(createTree(again), 3)
    expect(createTree(again).root()).toEqual(treeOf(3).root())
    expect(again.length(3)).toBe(0)
  })

  it.each(['short', 'missing'])('are refused by name when a file of them is %s', (how) => {
    const directory = temporaryDirectory()
    const levels = openFileLevels(directory, 0)
    grow(createTree(levels), 9)
    levels.sync()
    levels.close()
    const path = join(directory, 'level-02')
    if (how === 'short') truncateSync(path, 33)
    else rmSync(path)
    expect(() => openFileLevels(directory, 9)).toThrow(KeptHashesError)
  })
})

describe('a signer', () => {
  const opened = (directory: string) => openCheckpointSigner({ directory, origin, signers })

  it('signs a tree that grew, and one that is as it was, also after a restart', async () => {
    const directory = temporaryDirectory()
    const signer = await opened(directory)
    expect(signer.last()).toBeNull()
    await signer.sign(treeOf(3))
    await signer.sign(treeOf(3))
    const restarted = await opened(directory)
    expect(restarted.last()?.size).toBe(3)
    expect((await restarted.sign(treeOf(8))).size).toBe(8)
    expect(restarted.last()?.size).toBe(8)
  })

  it.each([
    ['smaller', () => treeOf(4)],
    ['of the same size with another leaf', () => changed(5, 2)],
    ['larger with another leaf in what was signed', () => changed(9, 4)],
  ])('refuses a tree that is %s, and goes on standing for what it signed', async (_, tamper) => {
    const directory = temporaryDirectory()
    const signer = await opened(directory)
    const { note } = await signer.sign(treeOf(5))
    for (const each of [signer, await opened(directory)]) await expect(each.sign(tamper())).rejects.toThrow(InconsistentTreeError)
    expect(readFileSync(join(directory, 'signed-checkpoint'), 'utf8')).toBe(note)
    expect((await (await opened(directory)).sign(treeOf(6))).size).toBe(6)
  })

  it('refuses the directory of another log', async () => {
    const directory = temporaryDirectory()
    await (await opened(directory)).sign(treeOf(2))
    await expect(openCheckpointSigner({ directory, origin: 'another.log', signers })).rejects.toThrow(InconsistentTreeError)
  })

  it('signs with both keys while one takes over', async () => {
    const next = generateKey(origin)
    const signer = await openCheckpointSigner({ directory: temporaryDirectory(), origin, signers: [createSigner(key.signerKey), createSigner(next.signerKey)] })
    const { note } = await signer.sign(treeOf(2))
    expect(openCheckpoint(note, verifiers, origin).size).toBe(2)
    expect(openCheckpoint(note, [createVerifier(next.verifierKey)], origin).size).toBe(2)
  })

  it('tells which keys take over, after a restart with others than signed last', async () => {
    const directory = temporaryDirectory()
    const next = createSigner(generateKey(origin).signerKey)
    const [old] = signers
    const opened = (...[first, ...others]: Signer[]) => openCheckpointSigner({ directory, origin, signers: [first ?? old, ...others] })
    const named = ({ name, keyId }: Signer) => ({ name, id: keyId.toString('hex') })
    const before = await opened(old)
    expect(before.keyChange()).toBeNull()
    await before.sign(treeOf(2))
    expect(before.keyChange()).toBeNull()
    // Of the same name, at once.
    expect((await opened(next)).keyChange()).toEqual({ before: [named(old)], after: [named(next)] })

    const both = await opened(old, next)
    expect(both.keyChange()).toEqual({ before: [named(old)], after: [named(old), named(next)] })
    await both.sign(treeOf(2))
    expect(both.keyChange()).toBeNull()
    expect((await opened(next, old)).keyChange()).toBeNull()
    expect((await opened(next)).keyChange()).toEqual({ before: [named(old), named(next)], after: [named(next)] })
  })
})

const changed = (size: number, at: number): Tree => {
  const tree = createTree(createMemoryLevels())
  for (let nth = 0; nth < size; nth += 1) tree.append(nth === at ? leafHash(Buffer.from('changed')) : leaf(nth))
  return tree
}
