/**
 * Our trees, proofs and notes against golang.org/x/mod/sumdb, which knows nothing of us: what Go made we verify, and where there is Go it verifies
 * ours. `vectors.json` was made by `cd test/compat/go-tlog && go run . make > vectors.json`; a machine with Go makes it anew and compares.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openCheckpoint, signCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { createSigner, createVerifier, generateKey } from '@rollcall/transparency-log/note/key'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createMemoryLevels } from '@rollcall/transparency-log/tree/memory-levels'
import { createTree } from '@rollcall/transparency-log/tree/tree'
import { verifyConsistency } from '@rollcall/transparency-log/tree/verify-consistency'
import { verifyInclusion } from '@rollcall/transparency-log/tree/verify-inclusion'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const FOLDER = fileURLToPath(new URL('go-tlog/', import.meta.url))
const ORIGIN = 'rollcall.test/audit'
/** Go compiles first. */
const GO_MS_MAX = 50_000

const Vectors = z.object({
  roots: z.array(z.string()),
  inclusions: z.array(z.object({ index: z.int(), size: z.int(), path: z.array(z.string()) })),
  consistency: z.array(z.object({ first: z.int(), second: z.int(), path: z.array(z.string()) })),
  verifierKey: z.string(),
  notes: z.array(z.string()),
})
const vectors = Vectors.parse(JSON.parse(readFileSync(`${FOLDER}vectors.json`, 'utf8')))

const bytes = (text: string) => Buffer.from(text, 'base64')
const record = (nth: number) => leafHash(Buffer.from(`record ${nth}`))
const sizeMax = vectors.roots.length - 1
const tree = createTree(createMemoryLevels())
for (let nth = 0; nth < sizeMax; nth += 1) tree.append(record(nth))
const root = (size: number) => bytes(vectors.roots[size] ?? '')

const go = (argument: string, input = ''): string | null => {
  try {
    return execFileSync('go', ['run', '.', argument], {
      cwd: FOLDER,
      input,
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: GO_MS_MAX,
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/local/go/bin` },
    })
  } catch (error) {
    // No Go here, or no way to its modules: the vectors have been checked all the same.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || /dial tcp|no such host|proxy/i.test(String((error as { stderr?: unknown }).stderr))) return null
    throw error
  }
}

describe('what Go made', () => {
  it('has our roots, paths and consistency proofs, hash by hash', () => {
    expect(sizeMax).toBeGreaterThan(16)
    for (const [size, text] of vectors.roots.entries()) expect(tree.root(size).toString('base64')).toBe(text)
    for (const { index, size, path } of vectors.inclusions) {
      expect(tree.proveInclusion(index, size).map((hash) => hash.toString('base64'))).toEqual(path)
      expect(verifyInclusion(record(index), index, size, root(size), path.map(bytes))).toBe(true)
    }
    for (const { first, second, path } of vectors.consistency) {
      expect(tree.proveConsistency(first, second).map((hash) => hash.toString('base64'))).toEqual(path)
      expect(verifyConsistency({ size: first, root: root(first) }, { size: second, root: root(second) }, path.map(bytes))).toBe(true)
    }
  })

  it('has notes that we open as the checkpoints that they are', () => {
    const verifier = createVerifier(vectors.verifierKey)
    expect(vectors.notes).toHaveLength(sizeMax)
    for (const [nth, note] of vectors.notes.entries()) expect(openCheckpoint(note, [verifier], ORIGIN)).toEqual({ origin: ORIGIN, size: nth + 1, root: root(nth + 1) })
  })
})

describe('where there is Go', () => {
  it('it makes the vectors that are kept', () => {
    const made = go('make')
    if (made !== null) expect(JSON.parse(made)).toEqual(vectors)
  })

  it('it verifies our proofs and our notes, by a key of ours, and refuses them when they are tampered with', () => {
    const key = generateKey(ORIGIN)
    const signer = createSigner(key.signerKey)
    const sizes = Array.from({ length: sizeMax }, (_, nth) => nth + 1)
    const encoded = (path: readonly Buffer[]) => path.map((hash) => hash.toString('base64'))
    const ours = {
      roots: [0, ...sizes].map((size) => tree.root(size).toString('base64')),
      inclusions: sizes.flatMap((size) => Array.from({ length: size }, (_, index) => ({ index, size, path: encoded(tree.proveInclusion(index, size)) }))),
      consistency: sizes.flatMap((second) => Array.from({ length: second }, (_, nth) => ({ first: nth + 1, second, path: encoded(tree.proveConsistency(nth + 1, second)) }))),
      verifierKey: key.verifierKey,
      notes: sizes.map((size) => signCheckpoint({ origin: ORIGIN, size, root: tree.root(size) }, [signer])),
    }
    const verified = go('check', JSON.stringify(ours))
    if (verified === null) return
    expect(verified.trim()).toBe(`${ours.inclusions.length + ours.consistency.length + ours.notes.length} verified`)
    const wrong = { ...ours, notes: ours.notes.with(3, ours.notes[3]?.replace('\n4\n', '\n5\n') ?? '') }
    expect(() => go('check', JSON.stringify(wrong))).toThrow(/invalid signature/)
  })
})
