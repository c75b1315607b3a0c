/** The server reads the rows of a binary COPY as it reads the same values in plain text. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Connection, createPool, type Pool } from '../pool.ts'
import '../testing/provided-context.ts'
import { newBinaryRows } from './binary-rows.ts'
import { type Column, names, textList } from './column.ts'
import { copyRows } from './copy-rows.ts'

let pool: Pool
let db: Connection
beforeAll(async () => {
  pool = createPool({ databaseUrl: inject('databaseUrl'), applicationName: 'rollcall-test', max: 1 })
  db = await pool.connect()
  await db.query('CREATE TEMPORARY TABLE copied (nth integer, words text, said jsonb, bytes bytea, big bigint, yes boolean, at timestamptz, amount numeric, list text[])')
})
afterAll(async () => {
  db?.release()
  await pool?.end()
})

interface Row {
  readonly nth: number
  readonly words: string | null
  readonly said: string | null
  readonly bytes: Uint8Array | null
  readonly big: bigint
  readonly yes: boolean | null
  readonly at: number | null
  readonly amount: string | null
  readonly list: readonly string[]
}
const COLUMNS: readonly Column<Row>[] = [
  { name: 'nth', type: 'integer', of: ({ nth }) => nth },
  { name: 'words', type: 'text', of: ({ words }) => words },
  { name: 'said', type: 'jsonb', of: ({ said }) => said },
  { name: 'bytes', type: 'bytea', of: ({ bytes }) => bytes },
  { name: 'big', type: 'bigint', of: ({ big }) => big },
  { name: 'yes', type: 'boolean', of: ({ yes }) => yes },
  { name: 'at', type: 'timestamptz', of: ({ at }) => at },
  { name: 'amount', type: 'text', as: { sql: 'given.amount::numeric', copied: 'numeric' }, of: ({ amount }) => amount },
  textList('list', ({ list }) => list),
]

const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''))
const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 45 })
const decimal = fc.tuple(fc.boolean(), digits, fc.option(digits)).map(([negative, whole, part]) => `${negative ? '-' : ''}${whole}${part === null ? '' : `.${part}`}`)
const row: fc.Arbitrary<Omit<Row, 'nth'>> = fc.record({
  words: fc.option(text),
  said: fc.option(fc.dictionary(text, text).map((value) => JSON.stringify(value))),
  bytes: fc.option(fc.uint8Array()),
  big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  yes: fc.option(fc.boolean()),
  at: fc.option(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) })),
  amount: fc.option(decimal),
  list: fc.array(fc.string({ unit: fc.constantFrom('a', 'é', ':', '"', '{', '\\', ' '), minLength: 1 }), { maxLength: 3 }),
})
const held = async () => (await db.query('SELECT nth, words, said::text, encode(bytes, $1) AS bytes, big, yes, at, amount::text, list FROM copied ORDER BY nth', ['hex'])).rows
const asText = ({ nth, words, said, bytes, big, yes, at, amount, list }: Row) => [
  nth,
  words,
  said,
  bytes === null ? null : `\\x${Buffer.from(bytes).toString('hex')}`,
  String(big),
  yes,
  at === null ? null : new Date(at).toISOString(),
  amount,
  list,
]

describe('rows of a binary COPY', () => {
  it('are to the server what the text of their values is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (values) => {
        const rows = values.map((value, nth) => ({ nth, ...value }))
        const copied = newBinaryRows(COLUMNS)
        for (const one of rows) copied.add(one)
        await db.query('TRUNCATE copied')
        await copyRows(db, 'copied', names(COLUMNS), copied.take() as Buffer)
        const byCopy = await held()
        await db.query('TRUNCATE copied')
        for (const one of rows) await db.query(`INSERT INTO copied (${names(COLUMNS)}) VALUES ($1, $2, $3::jsonb, $4::bytea, $5, $6, $7, $8::numeric, $9::text[])`, asText(one))
        expect(byCopy).toEqual(await held())
      }),
      { numRuns: 40 },
    )
  })

  it('come whole where they are longer than what is sent at once, and say when they are', async () => {
    const copied = newBinaryRows(COLUMNS)
    const rows = Array.from(
      { length: 8 },
      (_, nth): Row => ({ nth, words: 'अ'.repeat(nth * 100_000), said: null, bytes: null, big: 0n, yes: null, at: null, amount: null, list: [] }),
    )
    const full = rows.map((one) => {
      copied.add(one)
      return copied.full()
    })
    expect(full).toEqual([false, false, false, true, true, true, true, true])
    await db.query('TRUNCATE copied')
    await copyRows(db, 'copied', names(COLUMNS), copied.take() as Buffer)
    expect(copied.take()).toBeNull()
    expect((await db.query('SELECT length(words) AS length FROM copied ORDER BY nth')).rows.map(({ length }) => length)).toEqual(rows.map(({ words }) => words?.length))
  })

  it('are all there or none, and the connection goes on', async () => {
    const [copied, good] = [newBinaryRows(COLUMNS), newBinaryRows(COLUMNS)]
    const one: Row = { nth: 1, words: 'a', said: null, bytes: null, big: 0n, yes: null, at: null, amount: null, list: [] }
    copied.add(one)
    copied.add({ ...one, words: 'a\0b' })
    good.add(one)
    await db.query('TRUNCATE copied')
    await expect(copyRows(db, 'copied', names(COLUMNS), copied.take() as Buffer)).rejects.toMatchObject({ code: '22021' })
    expect(await held()).toEqual([])
    await copyRows(db, 'copied', names(COLUMNS), good.take() as Buffer)
    expect((await held()).length).toBe(1)
  })

  it('hold no number that is no plain decimal: it is refused as content before it is sent, and the rows before it are kept', () => {
    const copied = newBinaryRows(COLUMNS)
    const one: Row = { nth: 1, words: null, said: null, bytes: null, big: 0n, yes: null, at: null, amount: null, list: [] }
    copied.add(one)
    const before = Buffer.from(copied.take() as Buffer)
    copied.add(one)
    for (const amount of ['1e3', '', '.5', '1.', 'NaN', '--1']) expect(() => copied.add({ ...one, amount })).toThrow(expect.objectContaining({ code: '22008' }))
    expect((copied.take() as Buffer).equals(before)).toBe(true)
  })
})
