import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commit } from './commit.ts'
import { packLeaves, unpackLeaves } from './packed-leaves.ts'
import { type AbsenceProof, createWindowTree, verifyAbsence, verifyPresence } from './window-tree.ts'

const keyOf = (leaf: string): string => leaf.split(' ')[0] ?? ''
const keys = fc.uniqueArray(fc.stringMatching(/^[a-f0-9]{1,3}$/), { maxLength: 40 })
const leavesOf = (names: readonly string[]): readonly string[] => names.map((name) => `${name} said so`)

describe('a window tree', () => {
  it('proves of every call either that it is there or that it is not, and never both', () => {
    fc.assert(
      fc.property(keys, fc.stringMatching(/^[a-f0-9]{1,3}$/), (names, asked) => {
        const tree = createWindowTree(leavesOf(names), keyOf)
        const present = tree.provePresence(asked)
        const absent = tree.proveAbsence(asked)
        expect(present !== null).toBe(names.includes(asked))
        expect(absent !== null).toBe(!names.includes(asked))
        if (present !== null) expect(verifyPresence(asked, present, tree, keyOf)).toBe(true)
        if (absent !== null) expect(verifyAbsence(asked, absent, tree, keyOf)).toBe(true)
      }),
    )
  })

  it('has the same root whatever the order of its leaves', () => {
    fc.assert(
      fc.property(keys, (names) => {
        expect(createWindowTree(leavesOf(names), keyOf).root).toEqual(createWindowTree(leavesOf(names.toReversed()), keyOf).root)
      }),
    )
  })

  it('lets nobody show that a call which is there is not: no two neighbours around it are next to each other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-f0-9]{1,3}$/), { minLength: 1, maxLength: 12 }), fc.nat(), (names, nth) => {
        const tree = createWindowTree(leavesOf(names), keyOf)
        const sorted = names.toSorted()
        const hidden = sorted[nth % sorted.length] ?? ''
        const proofs = [null, ...sorted.map((name) => tree.provePresence(name))]
        for (const before of proofs) for (const after of proofs) expect(verifyAbsence(hidden, { before, after }, tree, keyOf)).toBe(false)
      }),
    )
  })

  it('refuses a proof whose neighbours are put as the edge, or at another place', () => {
    const tree = createWindowTree(leavesOf(['a', 'c', 'e']), keyOf)
    const proof = tree.proveAbsence('b') as AbsenceProof
    expect(verifyAbsence('b', proof, tree, keyOf)).toBe(true)
    expect(verifyAbsence('b', { ...proof, before: null }, tree, keyOf)).toBe(false)
    expect(verifyAbsence('b', { ...proof, after: null }, tree, keyOf)).toBe(false)
    expect(verifyAbsence('d', proof, tree, keyOf)).toBe(false)
    expect(verifyAbsence('a', proof, tree, keyOf)).toBe(false)
    expect(verifyAbsence('c', proof, tree, keyOf)).toBe(false)
    expect(verifyAbsence('b', { before: null, after: null }, tree, keyOf)).toBe(false)
    expect(verifyAbsence('b', { before: null, after: null }, { size: 0, root: tree.root }, keyOf)).toBe(false)
  })

  it('refuses two leaves of one call', () => {
    expect(() => createWindowTree(['a one', 'a two'], keyOf)).toThrow(RangeError)
  })
})

describe('leaves as they are stored', () => {
  it('are read back as they were, also where there are none', () => {
    for (const leaves of [[], ['{"a":1}'], ['{"a":"\u00e9"}', '{"b":2}']]) expect(unpackLeaves(packLeaves(leaves))).toEqual(leaves)
  })
})

describe('a commitment', () => {
  it('is of its salt, its name and its value, each where it is', () => {
    const salt = Buffer.alloc(32, 1)
    const texts = [commit(salt, 'from', '1'), commit(salt, 'to', '1'), commit(salt, 'from', '2'), commit(Buffer.alloc(32, 2), 'from', '1'), commit(salt, 'fro', 'm1')]
    expect(new Set(texts).size).toBe(texts.length)
    // HMAC-SHA256 of "from\0+919812345678", by Python's hmac.
    expect(commit(salt, 'from', '+919812345678')).toBe('246e54f6e7097000d150e8c65967a6becda95ea2a74b46b96e99d60a8e2dd7fd')
  })
})
