import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDeeperThan } from './is-deeper-than.ts'
import { sliceArray } from './slice-array.ts'

const cut = (json: string, key = 'Calls') => sliceArray(Buffer.from(json), key)?.map((bytes) => Buffer.from(bytes).toString()) ?? null

/** JSON text with the spacing a vendor might use, or not use, around every mark. */
const spaced = (value: unknown, space: string): string => {
  if (Array.isArray(value)) return `[${space}${value.map((item) => spaced(item, space)).join(`${space},${space}`)}${space}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${space}${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}${space}:${space}${spaced(item, space)}`)
    .join(`${space},${space}`)}${space}}`
}

describe('cutting an array out of JSON', () => {
  it('keeps each element byte for byte', () =>
    expect(cut('{"Metadata":{"Calls":[0]},"Calls":[{"Price":1.500, "Sid" : "a,]}\\"" } , {"Sid":"b"}]}')).toEqual(['{"Price":1.500, "Sid" : "a,]}\\"" }', '{"Sid":"b"}']))

  it('gives the elements that JSON.parse gives', () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('Calls', 'Metadata', 'a"b', '', '\\'), fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue())),
        fc.constantFrom('', ' ', '\r\n\t'),
        (object, space) => {
          const json = spaced(object, space)
          const expected: unknown = (JSON.parse(json) as Record<string, unknown>).Calls
          expect(cut(json)?.map((text) => JSON.parse(text)) ?? null).toEqual(Array.isArray(expected) ? expected : null)
          for (const text of cut(json) ?? []) expect(text).toBe(text.trim())
        },
      ),
      { numRuns: 2_000 },
    ))

  it.each([
    ['an empty array', '{"Calls":[ ]}', []],
    ['a key that is there twice', '{"Calls":[1],"Calls":[2,3]}', ['2', '3']],
    ['an escaped key', '{"\\u0043alls":[1]}', ['1']],
    ['a value that equals the key', '{"x":"Calls","y":[1]}', null],
    ['an array at the top', '[{"Calls":[1]}]', null],
    ['something else under the key', '{"Calls":{"0":1}}', null],
  ])('knows %s', (_, json, expected) => expect(cut(json)).toEqual(expected))
})

describe('the depth of JSON', () => {
  it('is the deepest nesting, with brackets in strings not counted', () =>
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const depthOf = (item: unknown): number => (typeof item === 'object' && item !== null ? 1 + Math.max(0, ...Object.values(item).map(depthOf)) : 0)
        const json = Buffer.from(JSON.stringify(value))
        expect(isDeeperThan(json, depthOf(value))).toBe(false)
        if (depthOf(value) > 0) expect(isDeeperThan(json, depthOf(value) - 1)).toBe(true)
      }),
    ))

  it('is known for a hundred thousand brackets', () => expect(isDeeperThan(Buffer.from('['.repeat(100_000)), 32)).toBe(true))
})
