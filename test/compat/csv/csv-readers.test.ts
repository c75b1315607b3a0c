/**
 * The CSV exports as Python's reader, which knows nothing of us, takes them: raw is lossless, and in no cell of the spreadsheet-safe one does a
 * formula begin, whichever separator the reader goes by.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CsvMode, createCsvWriter } from '@rollcall/evidence/export/csv-writer'
import { EXPORT_COLUMNS, type ExportRow } from '@rollcall/evidence/export/export-row'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { pythonHere } from '../../python.ts'
import { FORMULA_CORPUS } from './formula-corpus.ts'

const SEPARATORS = [',', ';', '\t', '|'] as const
const READER = fileURLToPath(new URL('read.py', import.meta.url))
const BYTES_MAX = 256 * 1_024 * 1_024
/** What any reader may drop from the beginning of a cell before it looks at it. */
const DROPPED = /^[\s\p{Cc}\p{Cf}"]+/u
const TRIGGER = /^[=+\-@＝＋－＠]/u
const NUMBER = /^-?\d+(\.\d+)?$/
const SEED = 20_261_126
/** What fails is not made smaller: each step would start Python again. */
const BOUNDS = { numRuns: 6, seed: SEED, endOnFailure: true } as const

const directory = mkdtempSync(join(tmpdir(), 'rollcall-csv-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const EMPTY = Object.fromEntries(EXPORT_COLUMNS.map((column) => [column, null])) as unknown as ExportRow

/** A file with each value once within a row and once as the last of it. The first is an account, which is a plain name. */
const written = async (mode: CsvMode, values: readonly string[]): Promise<string> => {
  const path = join(directory, `${mode}.csv`)
  const writer = createCsvWriter(mode)
  const rows = values.map((value): ExportRow => ({ ...EMPTY, account: 'acme', call_sid: value, leaf_hash: value }))
  writeFileSync(path, Buffer.concat([await writer.begin(), await writer.rows(rows), await writer.end()]))
  return path
}

/** The rows that Python reads from a file by each separator, the header among them. */
const readBy = (path: string, separators: readonly string[]): readonly (readonly (readonly string[])[])[] => {
  const { status, stdout, stderr, error } = spawnSync(pythonHere ?? '', [READER], {
    input: JSON.stringify(separators.map((delimiter) => ({ path, delimiter }))),
    encoding: 'utf8',
    maxBuffer: BYTES_MAX,
  })
  if (status !== 0) throw new Error(`Python could not read it: ${error?.message ?? stderr}`)
  return JSON.parse(stdout)
}

const expectLossless = async (values: readonly string[]): Promise<void> => {
  const [[header, ...rows] = []] = readBy(await written('raw', values), [','])
  expect(header).toEqual(EXPORT_COLUMNS)
  expect(rows.map((row) => [row.length, row[EXPORT_COLUMNS.indexOf('call_sid')], row.at(-1)])).toEqual(values.map((value) => [EXPORT_COLUMNS.length, value, value]))
}

const formulasIn = (rows: readonly (readonly string[])[]): readonly string[] => rows.flat().filter((cell) => !NUMBER.test(cell) && TRIGGER.test(cell.replace(DROPPED, '')))

const expectSafe = async (values: readonly string[]): Promise<void> => {
  const [byComma = [], ...others] = readBy(await written('spreadsheet-safe', values), SEPARATORS)
  // Read as it is meant to be, it has the rows and columns that it should have, and each value differs by apostrophes alone.
  expect(byComma.slice(1).map((row) => [row.length, row[1]?.replaceAll("'", '')])).toEqual(values.map((value) => [EXPORT_COLUMNS.length, value.replaceAll("'", '')]))
  expect(formulasIn(byComma)).toEqual([])
  expect(byComma.flat().filter((cell) => /^[\t\r\n\0]/.test(cell))).toEqual([])
  for (const rows of others) expect(formulasIn(rows)).toEqual([])
}

const anyText = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...'=+-@＝＠,;|\t\r\n"\' \u00a0\ufeff\u202e\0a1.') },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }) },
  ),
  maxLength: 12,
})
/** Starting Python takes longer than reading many rows. */
const manyTexts = fc.array(anyText, { minLength: 200, maxLength: 400 })

describe.skipIf(pythonHere === null)('to a reader that is not ours', () => {
  it(`an export that is safe for spreadsheets has no formula in it, of a corpus of ${FORMULA_CORPUS.length}`, () => expectSafe(FORMULA_CORPUS))

  it('nor of any text', () => fc.assert(fc.asyncProperty(manyTexts, expectSafe), { ...BOUNDS }))

  it('a raw export is every value of the corpus as it was', () => expectLossless(FORMULA_CORPUS))

  it('and every text as it was', () => fc.assert(fc.asyncProperty(manyTexts, expectLossless), { ...BOUNDS }))
})

describe('a raw export', () => {
  /** RFC 4180: records end in CRLF; a cell is text without comma, quote or line break, or is in quotes, where a quote is two. */
  const RFC_4180 = /^(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*\r\n)*$/

  it('is by the grammar of RFC 4180', () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (values) => {
        const bytes = await createCsvWriter('raw').rows(values.map((value) => ({ ...EMPTY, call_sid: value })))
        expect(Buffer.from(bytes).toString()).toMatch(RFC_4180)
      }),
      { seed: SEED, endOnFailure: true },
    ))
})
