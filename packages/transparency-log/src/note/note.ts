/**
 * C2SP signed notes: a text that ends in a newline, an empty line, and signature lines `— <name> <base64 of key id ‖ signature>`. The
 * signatures are over the text alone, so that anybody may add one. A signature whose key we do not know says nothing; one of a key that
 * we know and that is wrong makes the whole note invalid.
 */
import { isKeyName, type Signer, type Verifier } from './key.ts'

export interface Note {
  /** Ends in a newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export interface NoteSignature {
  readonly name: string
  readonly keyId: Buffer
  readonly signature: Buffer
}

/** More than any note needs, and few enough to check. */
const SIGNATURES_MAX = 100
const NOTE_BYTES_MAX = 1_000_000
const KEY_ID_BYTES = 4
const SEPARATOR = '\n\n'
const PREFIX = '— '

/** Signs with all keys: two of them while one takes over from the other. @throws NoteError where the text cannot be that of a note */
export const signNote = (text: string, signers: readonly Signer[]): string => {
  if (!isText(text) || !text.endsWith('\n')) throw new NoteError('its text has control characters, or does not end in a newline')
  const message = Buffer.from(text)
  const lines = signers.map((signer) => `${PREFIX}${signer.name} ${Buffer.concat([signer.keyId, signer.sign(message)]).toString('base64')}\n`)
  return `${text}\n${lines.join('')}`
}

/** @throws NoteError when it is not a signed note; whether a signature is right is for `openNote` */
export const parseNote = (note: string): Note => {
  if (note.length > NOTE_BYTES_MAX) throw new NoteError('it is too long')
  const split = note.lastIndexOf(SEPARATOR)
  if (!isText(note) || split < 0 || !note.endsWith('\n')) throw new NoteError('it has no signatures after an empty line')
  const lines = note.slice(split + SEPARATOR.length, -1).split('\n')
  if (lines.length > SIGNATURES_MAX) throw new NoteError('it has too many signatures')
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

/** The note, with the signatures that these keys have verified: at least one. @throws NoteError where none has, or one is wrong */
export const openNote = (text: string, verifiers: readonly Verifier[]): Note => {
  const note = parseNote(text)
  const message = Buffer.from(note.text)
  const verified = note.signatures.filter(({ name, keyId, signature }) => {
    const verifier = verifiers.find((known) => known.name === name && known.keyId.equals(keyId))
    if (verifier === undefined) return false
    if (!verifier.verify(message, signature)) throw new NoteError(`the signature of ${name} is wrong`)
    return true
  })
  if (verified.length === 0) throw new NoteError('no key that is trusted has signed it')
  return { text: note.text, signatures: verified }
}

export class NoteError extends Error {
  override readonly name = 'NoteError'
  constructor(why: string) {
    super(`not a valid signed note: ${why}`)
  }
}

const parseSignature = (line: string): NoteSignature => {
  const [, name = '', encoded = ''] = /^— ([^ ]+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? []
  const bytes = Buffer.from(encoded, 'base64')
  if (!isKeyName(name) || bytes.length <= KEY_ID_BYTES || bytes.toString('base64') !== encoded) throw new NoteError('a line is no signature')
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) }
}

/** No control characters but newlines, and nothing that is not Unicode. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const isText = (text: string): boolean => !/[\u0000-\u0009\u000b-\u001f]/.test(text) && !/[\ud800-\udfff]/u.test(text)
