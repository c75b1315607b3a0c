import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createCursors } from './cursor.ts'

const Place = z.tuple([z.string(), z.number()])
const cursors = createCursors(Buffer.alloc(32, 1))
const question = ['calls', 'acme', { status: 'busy' }]
const cursor = cursors.seal(question, ['c1', 5])
const bad = { kind: 'bad-cursor' }
const open =
  (text: string, of: unknown = question) =>
  () =>
    cursors.open(of, text, Place)
const refusal = (attempt: () => unknown) => {
  try {
    return attempt()
  } catch (error) {
    return { kind: (error as { kind?: unknown }).kind }
  }
}

describe('a cursor', () => {
  it('leads on from its place', () => expect(open(cursor)()).toEqual(['c1', 5]))

  it('is of one question', () => {
    expect(refusal(open(cursor, ['calls', 'other', { status: 'busy' }]))).toEqual(bad)
    expect(refusal(open(cursor, ['calls', 'acme', {}]))).toEqual(bad)
  })

  it('is of one installation', () => expect(refusal(() => createCursors(Buffer.alloc(32, 2)).open(question, cursor, Place))).toEqual(bad))

  it('is refused when any character of it is another, lacks, or is one more', () =>
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'ABCabc019-_=. '), (at, letter) => {
        const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1)
        if (changed !== cursor) expect(refusal(open(changed))).toEqual(bad)
        expect(refusal(open(cursor.slice(0, at)))).toEqual(bad)
        expect(refusal(open(cursor.slice(0, at) + letter + cursor.slice(at)))).toEqual(bad)
      }),
    ))

  it.each(['', 'x', '{}', '....', 'A'.repeat(1_024)])('is none: %s', (text) => expect(refusal(open(text))).toEqual(bad))
})
