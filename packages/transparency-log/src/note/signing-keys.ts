import { parseNote } from './note.ts'

/** A key by its name and its id, 8 hex digits, as they stand in its verifier key (`name+id+…`): says which key it is, and not what it is. */
export interface SigningKey {
  readonly name: string
  readonly id: string
}

export const signingKey = ({ name, keyId }: { readonly name: string; readonly keyId: Buffer }): SigningKey => ({ name, id: keyId.toString('hex') })

/** By which keys a note says that it is signed. @throws NoteError where it is no note */
export const signingKeys = (note: string): readonly SigningKey[] => parseNote(note).signatures.map(signingKey)

/** Whether they are the same, in whatever order. */
export const areSameKeys = (some: readonly SigningKey[], others: readonly SigningKey[]): boolean => sorted(some) === sorted(others)

// A name has no plus.
const sorted = (keys: readonly SigningKey[]): string =>
  keys
    .map(({ name, id }) => `${name}+${id}`)
    .sort()
    .join('\n')
