import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Legs } from './legs.ts'
import { NOT_QUICK, quickly, quickReadOf } from './quick-read.ts'
import { AnsweredBy, Contact, Direction, FIELD_CHARACTERS_MAX, Opaque, Outcome, Price, Recording, Seconds, Sid, Status, Text, Time } from './vendor-field.ts'

/** Every kind of field there is, side by side and nested, and one that does not say how it is read. */
const FIELDS = { Sid, Text, Opaque, Status, Outcome, Direction, AnsweredBy, Time, Seconds, Price, Recording, Contact, Legs }
const Everything = z.object({ ...FIELDS, Inner: z.preprocess((inner) => inner ?? {}, z.object({ Seconds, Legs })), Object: z.object({ Status }).optional() })

const word = fc.constantFrom(
  ...['', ' ', 'null', '[]', '0', '007', '1.50', '-3', '1e3', 'completed', 'No_Answer', 'incoming', 'outbound', 'never heard of', 'human', '+919000000001', 'sip:a'],
  ...[
    '2026-01-01 05:30:00',
    '1970-01-01 05:30:00',
    '2026-13-01 00:00:00',
    'Wed, 23 Feb 2022 12:31:59',
    'https://a.example/b.mp3?c=1',
    '"1"',
    "['completed']",
    'a\u0000b',
    '\ud800',
  ],
  'x'.repeat(FIELD_CHARACTERS_MAX),
  'x'.repeat(FIELD_CHARACTERS_MAX + 1),
)
const leaf = fc.oneof({ weight: 6, arbitrary: word }, fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined))
const leg = fc.oneof({ weight: 4, arbitrary: fc.record({ OnCallDuration: leaf, Status: leaf, Id: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: [] }) }, leaf)
const legs = fc.oneof(
  fc.array(leg, { maxLength: 4 }),
  fc.array(
    leg.map((Leg) => ({ Leg })),
    { maxLength: 4 },
  ),
  fc.dictionary(fc.constantFrom('0', '1', '2', '99', 'x'), leg),
  fc.constant(Array.from({ length: 101 }, () => ({ Status: 'completed' }))),
  leaf,
)
const anything = fc.oneof({ weight: 4, arbitrary: leaf }, fc.array(leaf, { maxLength: 2 }), fc.record({ contact_uri: leaf, url: leaf }, { requiredKeys: [] }), legs)
const request = fc.record(
  {
    ...Object.fromEntries(Object.keys(FIELDS).map((name) => [name, anything])),
    Legs: legs,
    Inner: fc.oneof({ weight: 4, arbitrary: fc.record({ Seconds: anything, Legs: legs }, { requiredKeys: [] }) }, leaf),
    Object: fc.oneof(fc.record({ Status: leaf }), leaf),
    Other: leaf,
  },
  { requiredKeys: [] },
)

/** With one name alone, most of what is read is readable; with all of them, hardly anything is. */
const oneOfThem = fc
  .tuple(request, fc.nat())
  .map(([all, nth]) => Object.fromEntries(Object.entries(all).filter((_, place) => place === nth % Math.max(1, Object.keys(all).length))))

describe('a schema that is read quickly', () => {
  it.each([
    ['one name at a time', oneOfThem],
    ['many names', request],
  ])('says what the schema says, and nothing where the schema finds a fault: %s', (_, requests) => {
    const read = quickReadOf(Everything)
    fc.assert(
      fc.property(requests, (value) => {
        const quick = read(value)
        const slow = Everything.safeParse(value)
        expect(quick === NOT_QUICK).toBe(!slow.success)
        if (slow.success) expect(quick).toEqual(slow.data)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([[null], [undefined], ['text'], [7], [[]]])('leaves what is no object to the schema: %j', (value) => expect(quickReadOf(Everything)(value)).toBe(NOT_QUICK))

  it.each([
    ['a check of the whole', z.object({ Status }).refine(() => false)],
    ['names that it does not know and keeps', z.looseObject({ Status })],
    ['names that it does not know and refuses', z.strictObject({ Status })],
  ])('is left to itself where it has %s', (_, schema) => {
    const value = { Status: 'completed', Other: 1 }
    const slow = schema.safeParse(value)
    expect(quickReadOf(schema)(value)).toEqual(slow.success ? slow.data : NOT_QUICK)
  })

  it('is read as it says itself, where it does', () => expect(quickReadOf(quickly(z.object({ a: z.string() }), () => 'as said'))({})).toBe('as said'))
})
