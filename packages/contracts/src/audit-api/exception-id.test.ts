import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXCEPTION_KINDS } from './exception.ts'
import { exceptionId, parseExceptionId } from './exception-id.ts'

describe('an exception’s id', () => {
  it('stands for its name, and fits into an address', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...EXCEPTION_KINDS),
        fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 64 }), fc.integer()), { minLength: 1, maxLength: 4 }),
        (kind, subject) => {
          const id = exceptionId({ kind, subject })
          expect(id).toMatch(/^[A-Za-z0-9_-]+$/)
          expect(parseExceptionId(id)).toEqual({ kind, subject })
        },
      ),
    ))

  it.each(['', 'x', 'W10', btoa('["gap"]'), btoa('["nothing","c1"]'), btoa('{"gap":1}'), btoa('["gap", 1]'), `${exceptionId({ kind: 'gap', subject: [1] })}A`])(
    'is none: %s',
    (id) => expect(parseExceptionId(id)).toBeNull(),
  )
})
