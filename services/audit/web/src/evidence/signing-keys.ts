/** A key that has signed a note: its name and its id, 8 hex digits, as they stand in a verifier key (`name+id+…`). */
export interface SigningKey {
  readonly name: string
  readonly id: string
}

const KEY_ID_BYTES = 4

/** By which keys a C2SP signed note says that it is signed. Whether it is can be said only by whoever holds the verifier key. Pure. */
export const signingKeys = (note: string): SigningKey[] =>
  [...note.matchAll(/^— (\S+) ([A-Za-z0-9+/]+=*)$/gmu)].map(([, name = '', encoded = '']) => ({
    name,
    id: [...atob(encoded).slice(0, KEY_ID_BYTES)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join(''),
  }))
