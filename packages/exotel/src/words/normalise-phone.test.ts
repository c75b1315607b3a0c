import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuMs } from '../testing/cpu-ms.ts'
import { normalisePhone } from './normalise-phone.ts'

describe('a phone number', () => {
  it.each([
    ['09000000001', '+919000000001', 'national'],
    ['9000000001', '+919000000001', 'national'],
    ['919000000001', '+919000000001', 'national'],
    ['+919000000001', '+919000000001', 'e164'],
    ['+91 90000 00001', '+919000000001', 'e164'],
    ['00919000000001', '+919000000001', 'e164'],
    ['08040000003', '+918040000003', 'national'],
    ['+6560000001', '+6560000001', 'e164'],
    ['sip:agent_001@app.example.com', null, 'sip'],
    ['sips:agent', null, 'sip'],
    ['0XXXXX38847', null, 'masked'],
    ['080XXXX2400', null, 'masked'],
    ['+91******1234', null, 'masked'],
    ['ACME', null, 'unknown'],
    ['', null, 'unknown'],
    ['0', null, 'unknown'],
    ['9'.repeat(40), null, 'unknown'],
  ])('written %j is %j: %s', (original, e164, kind) => expect(normalisePhone(original)).toEqual({ original, e164, kind }))

  it('has one form for its spellings, and each keeps its own text', () =>
    fc.assert(
      fc.property(fc.integer({ min: 6_000_000_000, max: 9_999_999_999 }), (subscriber) => {
        const spellings = [`${subscriber}`, `0${subscriber}`, `91${subscriber}`, `+91${subscriber}`, `0091${subscriber}`, ` +91 ${subscriber} `]
        expect(spellings.map((text) => normalisePhone(text)).map(({ original, e164 }) => ({ original, e164 }))).toEqual(
          spellings.map((original) => ({ original, e164: `+91${subscriber}` })),
        )
      }),
    ))

  it.each([
    ['x', (length: number) => `${'x'.repeat(length)}!`],
    ['9', (length: number) => `${'9'.repeat(length)}!`],
    ['spaces', (length: number) => `9${' '.repeat(length)}!`],
  ])('that is a million characters of %s is none, at once', (_, text) => {
    const number = text(1_000_000)
    expect(cpuMs(() => expect(normalisePhone(number).kind).toBe('unknown'))).toBeLessThan(200)
  })
})
