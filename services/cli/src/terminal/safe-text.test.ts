import fc from 'fast-check'
import { expect, it } from 'vitest'
import { safeText } from './safe-text.ts'

it.each([
  ['plain text, ₹ and हिन्दी', 'plain text, ₹ and हिन्दी'],
  ['\x1b[2J\x1b]0;title\x07', '\\u{1b}[2J\\u{1b}]0;title\\u{7}'],
  ['\x9b31m', '\\u{9b}31m'],
  ['a\r\nb\tc', 'a\\r\\nb\\tc'],
  ['\u202etxt.exe', '\\u{202e}txt.exe'],
  ['a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
  ['\ud800', '\\u{d800}'],
  ['\0', '\\u{0}'],
])('%j is shown as %s', (text, shown) => expect(safeText(text)).toBe(shown))

it('never gives a terminal anything to obey', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(safeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    }),
    { numRuns: 2_000 },
  )
})
