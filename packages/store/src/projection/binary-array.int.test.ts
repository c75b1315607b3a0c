/** The server reads a binary array as it reads the same values in plain text. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { binaryArray, type ElementType } from './binary-array.ts'
import type { ValueOf } from './binary-value.ts'

let pool: Pool
beforeAll(() => {
  pool = createPool({ databaseUrl: inject('databaseUrl'), applicationName: 'rollcall-test', max: 2 })
})
afterAll(() => pool?.end())

/** Whole characters of every plane, without NUL: what Postgres can hold. */
const text = fc
  .string({ unit: fc.oneof(fc.constantFrom('a', ',', '"', '\\', '{', '}', ' ', '\n', 'NULL', 'é', 'अ', '😀'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })) })
  .map((value) => value.replaceAll('\0', ''))
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

interface Kind<T extends ElementType> {
  readonly values: fc.Arbitrary<ValueOf[T]>
  readonly asText: (value: ValueOf[T]) => string
}
const KINDS: { readonly [T in ElementType]: Kind<T> } = {
  text: { values: text, asText: (value) => value },
  jsonb: {
    values: fc.oneof(fc.dictionary(text, text), fc.array(text), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)).map((value) => JSON.stringify(value)),
    asText: (value) => value,
  },
  bytea: { values: fc.uint8Array(), asText: (value) => `\\x${Buffer.from(value).toString('hex')}` },
  integer: { values: fc.integer(), asText: String },
  bigint: { values: fc.oneof(fc.bigInt(INT64), fc.constantFrom(INT64.min, INT64.max)), asText: String },
  boolean: { values: fc.boolean(), asText: String },
  timestamptz: {
    values: fc.oneof(
      fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }).map((date) => date.getTime()),
      fc.constantFrom(0, -1, Date.UTC(2000, 0, 1)),
    ),
    asText: (value) => new Date(value).toISOString(),
  },
}

describe('a binary array', () => {
  it.each(Object.keys(KINDS) as ElementType[])('of %s is to the server what the text of its values is', async (type) => {
    const { values, asText } = KINDS[type] as Kind<ElementType>
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(values), { maxLength: 20 }), async (list) => {
        const { rows } = await pool.query<{ same: boolean; elements: number | null; nulls: number }>(
          `SELECT $1::${type}[] IS NOT DISTINCT FROM $2::text[]::${type}[] AS same, cardinality($1::${type}[]) AS elements,
                  (SELECT count(*)::int FROM unnest($1::${type}[]) AS element WHERE element IS NULL) AS nulls`,
          [binaryArray(type, list), list.map((value) => (value === null ? null : asText(value)))],
        )
        expect(rows).toEqual([{ same: true, elements: list.length, nulls: list.filter((value) => value === null).length }])
      }),
      { numRuns: 60 },
    )
  })

  it('of texts comes whole, however long each and all of them are', async () => {
    const lengths = [0, 1, 47, 48, 49, 50, 1_000, 400_000]
    const list = ['a', 'é', 'अ', '😀'].flatMap((unit) => lengths.map((length) => `${'a'.repeat(length)}${unit}`))
    const { rows } = await pool.query<{ same: boolean }>('SELECT $1::text[] = $2::text[] AS same', [binaryArray('text', list), list])
    expect(rows).toEqual([{ same: true }])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_000_000_001, -9e18])('holds no time that is none: %d is refused as content, before it is sent', (at) => {
    expect(() => binaryArray('timestamptz', [at])).toThrow(expect.objectContaining({ code: '22008' }))
  })
})
