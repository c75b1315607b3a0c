import { createSigner, generateKey } from '@rollcall/transparency-log/note/key'
import { signNote } from '@rollcall/transparency-log/note/note'
import { describe, expect, it } from 'vitest'
import { signingKeys } from './signing-keys.ts'

describe('the keys that a note names', () => {
  it('are those that signed it, as their verifier keys call them', () => {
    const keys = [generateKey('rollcall.test/audit'), generateKey('rollcall.test/audit-next')]
    const note = signNote(
      'rollcall.test/audit\n7\nroot\n',
      keys.map(({ signerKey }) => createSigner(signerKey)),
    )
    expect(signingKeys(note).map(({ name, id }) => `${name}+${id}`)).toEqual(keys.map(({ verifierKey }) => verifierKey.split('+').slice(0, 2).join('+')))
  })

  it('have an id of eight digits, whichever they are', () => expect(signingKeys('— a AAECAwQ=\n')).toEqual([{ name: 'a', id: '00010203' }]))

  it('are none where nobody signed', () => expect([signingKeys(''), signingKeys('— \n'), signingKeys('a\n1\nroot\n')]).toEqual([[], [], []]))
})
