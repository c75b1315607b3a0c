import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { LEGS_MAX, Legs } from './legs.ts'
import { objectOrNone } from './object-or-none.ts'
import { plainReader, UNREAD } from './plain-reader.ts'
import * as fields from './vendor-field.ts'

const { FIELD_CHARACTERS_MAX, oneOf, ...FIELDS } = fields
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  ...FIELDS,
  word: oneOf(new Map([['terminal', 'terminal']])),
  Legs,
  details: objectOrNone(z.object({ Seconds: fields.Seconds, Legs })),
  surface: z.object({ ...FIELDS, Legs, data: objectOrNone(z.object({ Sid: fields.Sid })) }),
}

const text = fc.oneof(
  fc.constantFrom('', ' ', 'null', '[]', '"1"', "['completed']", '["busy"]', 'completed', 'Outbound-API', 'terminal', 'never heard of', 'call-1', 'no sid at all', '+919000000001'),
  fc.constantFrom(
    '0',
    '7',
    '-3',
    '0042',
    '12.50',
    '1e3',
    '1e99',
    '-',
    '2017-03-03 10:48:33',
    '1970-01-01 05:30:00',
    '2017-13-03 10:48:33',
    'Wed, 23 Feb 2022 12:31:59 GMT',
    'soon',
  ),
  fc.constantFrom('https://recordings.example.com/a.mp3?token=1', '?', 'a\0b', '\ud800', 'x'.repeat(FIELD_CHARACTERS_MAX), 'x'.repeat(FIELD_CHARACTERS_MAX + 1)),
  fc.string({ maxLength: 20 }),
)
const plain = fc.oneof({ weight: 8, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom(undefined, null, true, 7, 1.5, Number.NaN, {}, []) })
const contact = fc.oneof(plain, fc.record({ contact_uri: plain, user_contact_uri: plain, number: plain }, { requiredKeys: [] }), fc.record({ url: plain }))
const value = fc.oneof({ weight: 6, arbitrary: contact }, { weight: 1, arbitrary: fc.array(contact, { maxLength: 3 }) })
const leg = fc.record({ Id: fc.constantFrom(1, '2', 'x', LEGS_MAX, undefined), OnCallDuration: plain, Status: plain }, { requiredKeys: [] })
const placed = fc.oneof({ weight: 6, arbitrary: leg }, { weight: 1, arbitrary: fc.oneof(plain, fc.record({ Leg: leg })) })
const legs = fc.oneof(
  plain,
  fc.array(placed, { maxLength: 4 }),
  fc.dictionary(fc.constantFrom('0', '1', '2', '99', 'x'), placed),
  fc.constant(Array.from({ length: LEGS_MAX + 1 }, () => ({}))),
)
const data = fc.oneof(value, fc.record({ Sid: plain, Seconds: plain, Legs: legs }, { requiredKeys: [] }))
const surface = fc
  .record({ ...Object.fromEntries(Object.keys(FIELDS).map((name) => [name, value])), Legs: legs, data }, { requiredKeys: [] })
  .map((said) => Object.assign(Object.create(null), said) as unknown)

describe('a plain reader', () => {
  const both = (schema: z.ZodType, of: unknown): void => {
    const parsed = schema.safeParse(of)
    expect(plainReader(schema)?.(of)).toEqual(parsed.success ? parsed.data : UNREAD)
  }

  it.each(Object.keys(SCHEMAS))('says of %s what its schema says, or that it cannot', (name) => {
    const any = fc.oneof(value, legs, data, surface)
    fc.assert(
      fc.property(any, (of) => both(SCHEMAS[name] as z.ZodType, of)),
      { numRuns: 300 },
    )
  })

  it('reads as much of a whole surface as its schema', () => {
    fc.assert(
      fc.property(surface, (of) => both(SCHEMAS.surface as z.ZodType, of)),
      { numRuns: 500 },
    )
    const readable = { Status: 'busy', Time: '2017-03-03 10:48:33', Legs: [{ Status: 'completed' }], data: null, unknown: 'x' }
    expect(plainReader(SCHEMAS.surface as z.ZodType)?.(readable)).toMatchObject({ Status: 'busy', Legs: [{ Status: 'completed' }], data: {} })
  })

  it('is not there for what it does not know', () => {
    expect(plainReader(z.string())).toBe(null)
    expect(plainReader(z.object({ Status: fields.Status, other: z.string() }))).toBe(null)
  })
})
