import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_ROOT } from '../tree/hash.ts'
import { openCheckpoint, readCheckpoint, signCheckpoint } from './checkpoint.ts'
import { createSigner, createVerifier, generateKey, KeyError } from './key.ts'
import { NoteError, openNote, parseNote, signNote } from './note.ts'

const { signerKey, verifierKey } = generateKey('rollcall.test/audit')
const signer = createSigner(signerKey)
const verifier = createVerifier(verifierKey)
const next = generateKey('rollcall.test/audit')
const origin = 'rollcall.test/audit'

/** Of golang.org/x/mod/sumdb/note's own documentation and tests. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PETER_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`

describe('a signed note', () => {
  it('of the Go implementation is verified', () => {
    expect(openNote(PETER_NOTE, [createVerifier(PETER)]).text).toContain('cryptography is the answer')
  })

  it('is refused when any character of it is another', () => {
    const note = signNote('a text\nof two lines\n', [signer])
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.constantFrom('a', 'B', '0', '+', '\n', ' ', '—', '\u0000', '\ud800'), (at, character) => {
        if (note[at] === character) return
        expect(() => openNote(note.slice(0, at) + character + note.slice(at + 1), [verifier])).toThrow(NoteError)
      }),
      { numRuns: 2_000 },
    )
  })

  it('says nothing by the signature of a key that is not known, and needs one that is', () => {
    const stranger = createSigner(generateKey('someone.else').signerKey)
    const note = signNote('text\n', [stranger, signer])
    expect(openNote(note, [verifier]).signatures).toHaveLength(1)
    expect(() => openNote(signNote('text\n', [stranger]), [verifier])).toThrow(/no key that is trusted/)
    expect(() => openNote(signNote('text\n', []), [verifier])).toThrow(NoteError)
  })

  it('is refused whole when one key that is known signed something else', () => {
    const { signatures } = parseNote(signNote('other\n', [createSigner(next.signerKey)]))
    const wrong = signatures.map(({ name, keyId, signature }) => `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`).join('')
    const note = signNote('text\n', [signer]) + wrong
    expect(openNote(note, [verifier]).signatures).toHaveLength(1)
    expect(() => openNote(note, [verifier, createVerifier(next.verifierKey)])).toThrow(/is wrong/)
  })

  it('may hold empty lines: the last one is before the signatures', () => {
    const text = 'one\n\n— x aaaa\n\ntwo\n'
    expect(openNote(signNote(text, [signer]), [verifier]).text).toBe(text)
  })

  it('is verified by either key while one takes over from the other, and by the old one no more afterwards', () => {
    const both = signNote('text\n', [signer, createSigner(next.signerKey)])
    expect(openNote(both, [verifier]).signatures).toHaveLength(1)
    expect(openNote(both, [createVerifier(next.verifierKey)]).signatures).toHaveLength(1)
    expect(openNote(both, [verifier, createVerifier(next.verifierKey)]).signatures).toHaveLength(2)
    expect(() => openNote(signNote('text\n', [createSigner(next.signerKey)]), [verifier])).toThrow(NoteError)
    expect(() => openNote(signNote('text\n', [signer]), [createVerifier(next.verifierKey)])).toThrow(NoteError)
  })

  it('is refused without a last newline, and with control characters', () => {
    expect(() => signNote('text', [signer])).toThrow(NoteError)
    expect(() => signNote('te\rxt\n', [signer])).toThrow(NoteError)
    expect(() => parseNote('text\n')).toThrow(NoteError)
  })
})

describe('a key', () => {
  it('is what was made of it again', () => {
    expect(createSigner(signerKey).verifierKey).toBe(verifierKey)
  })

  it.each([
    ['another name', verifierKey.replace('rollcall', 'rollcal1')],
    ['another key id', verifierKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['no key', 'rollcall.test+00000000+'],
    ['another algorithm', PETER.replace('+AR', '+AhR')],
    ['a signer key', signerKey],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(() => createVerifier(text)).toThrow(KeyError)
  })

  it.each([verifierKey, signerKey.replace('rollcall', 'rollcal1'), ''])('is no signer key: %#', (text) => {
    expect(() => createSigner(text)).toThrow(KeyError)
  })

  it('says nothing of itself when it is refused', () => {
    const secret = signerKey.split('+').slice(4).join('+')
    expect(secret).toHaveLength(44)
    expect(() => createSigner(signerKey.replace('rollcall', 'rollcal1'))).toThrow(expect.not.objectContaining({ message: expect.stringContaining(secret) }))
  })

  it.each(['', 'a name', 'a+name'])('has no name like "%s"', (name) => {
    expect(() => generateKey(name)).toThrow(KeyError)
  })
})

describe('a checkpoint', () => {
  it('is read back as it was signed', () => {
    const note = signCheckpoint({ origin, size: 7, root: EMPTY_ROOT }, [signer])
    expect(openCheckpoint(note, [verifier], origin)).toEqual({ origin, size: 7, root: EMPTY_ROOT })
    expect(readCheckpoint(note)).toEqual({ origin, size: 7, root: EMPTY_ROOT })
  })

  it.each([
    ['of another log', 'other.log\n7\n', EMPTY_ROOT],
    ['with a size that is none', `${origin}\n07\n`, EMPTY_ROOT],
    ['with a size that is too large', `${origin}\n99999999999999999999\n`, EMPTY_ROOT],
    ['with a negative size', `${origin}\n-1\n`, EMPTY_ROOT],
    ['with a root that is too short', `${origin}\n7\n`, EMPTY_ROOT.subarray(1)],
    ['without an origin', '\n7\n', EMPTY_ROOT],
  ])('%s is refused', (_, head, root) => {
    expect(() => openCheckpoint(signNote(`${head}${root.toString('base64')}\n`, [signer]), [verifier], origin)).toThrow(NoteError)
  })

  it('cannot be signed for an origin of two lines', () => {
    expect(() => signCheckpoint({ origin: 'a\nb', size: 0, root: EMPTY_ROOT }, [signer])).toThrow(NoteError)
  })
})
