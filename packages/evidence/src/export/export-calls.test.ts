import { hash } from 'node:crypto'
import { TABLE_FORMATS, type TableFormat } from '@rollcall/contracts/audit-api/export'
import { createMemoryLevels } from '@rollcall/transparency-log/tree/memory-levels'
import { createTree } from '@rollcall/transparency-log/tree/tree'
import fc from 'fast-check'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { NoEvidenceError } from '../evidence-source.ts'
import { SOFTWARE, syntheticEvidence } from '../testing/synthetic-evidence.ts'
import { createCsvWriter } from './csv-writer.ts'
import { exportCalls } from './export-calls.ts'
import { EXPORT_COLUMNS, type ExportColumn, type ExportRow, TIME_COLUMNS } from './export-row.ts'

const evidence = syntheticEvidence({ windows: 14, callsPerWindow: 21 })
const { account, from, to } = evidence
type Row = Record<ExportColumn, string | boolean | null>

const exported = async (format: TableFormat) => {
  const parts: Uint8Array[] = []
  const manifest = await exportCalls(evidence, { account, from, to, format, software: SOFTWARE }, async (bytes) => void parts.push(bytes))
  return { bytes: Buffer.concat(parts), manifest: JSON.parse(manifest) }
}

/** RFC 4180, read by nothing of ours. */
const readCsv = (text: string): readonly (string | null)[][] => {
  const records: (string | null)[][] = [[]]
  for (let at = 0; at < text.length; ) {
    let cell: string | null
    if (text[at] === '"') {
      let end = at + 1
      while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1
      if (end >= text.length) throw new Error('a quoted cell has no end')
      cell = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    } else {
      const length = /^[^,\r]*/.exec(text.slice(at))?.[0].length ?? 0
      cell = length === 0 ? null : text.slice(at, at + length)
      at += length
    }
    records.at(-1)?.push(cell)
    if (at < text.length && text[at] !== ',' && !text.startsWith('\r\n', at)) throw new Error(`after a cell stands ${JSON.stringify(text[at])}`)
    if (text[at] === ',') {
      at += 1
      if (text[at] === '\r' || at === text.length) records.at(-1)?.push(null)
    }
    if (text.startsWith('\r\n', at)) {
      at += 2
      if (at < text.length) records.push([])
    }
  }
  return records
}

const rowsOf = async (format: TableFormat, bytes: Buffer): Promise<readonly Row[]> => {
  if (format === 'jsonl')
    return bytes
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  if (format === 'parquet') {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
    const rows = await parquetReadObjects({ file })
    return rows.map((row) => Object.fromEntries(EXPORT_COLUMNS.map((column) => [column, row[column] instanceof Date ? row[column].toISOString() : (row[column] ?? null)])) as Row)
  }
  const [header = [], ...records] = readCsv(bytes.toString())
  const read = (column: string, text: string | null) => (column === 'verified' || column === 'recorded' ? text === 'true' : text)
  return records.map((record) => Object.fromEntries(header.map((column, nth) => [column ?? '', read(column ?? '', record[nth] ?? null)])) as Row)
}

describe('an export', () => {
  it.each(TABLE_FORMATS)('as %s has every certified call, and its rows make the roots of its manifest', async (format) => {
    const { bytes, manifest } = await exported(format)
    const rows = await rowsOf(format, bytes)
    expect(rows).toHaveLength(14 * 21)
    expect(manifest).toMatchObject({
      rows: rows.length,
      parameters: { account, format },
      software: SOFTWARE,
      file: { bytes: bytes.length, sha256: hash('sha256', bytes) },
      windowsWithoutCertificate: 0,
    })
    expect(manifest.totals.calls + manifest.unverified).toBe(rows.length)
    expect(rows.filter(({ verified }) => verified)).toHaveLength(manifest.totals.calls)
    for (const { from: window, root, leaves } of manifest.windows) {
      const tree = createTree(createMemoryLevels())
      for (const row of rows) if (row.window_from === window) tree.append(Buffer.from(String(row.leaf_hash), 'hex'))
      expect([tree.size, tree.root().toString('hex')]).toEqual([leaves, root])
    }
  })

  it('is the same rows in every format', async () => {
    const [first, ...others] = await Promise.all(TABLE_FORMATS.map(async (format) => rowsOf(format, (await exported(format)).bytes)))
    for (const rows of others) expect(rows).toEqual(first)
    for (const column of TIME_COLUMNS) for (const row of first ?? []) if (row[column] !== null) expect(new Date(String(row[column])).toISOString()).toBe(row[column])
  })

  it('has the columns in their order in every line of JSON', async () => {
    for (const row of await rowsOf('jsonl', (await exported('jsonl')).bytes)) expect(Object.keys(row)).toEqual(EXPORT_COLUMNS)
  })

  it('is not made before the first checkpoint', async () => {
    const source = { ...evidence, kept: { ...evidence.kept, checkpoint: async () => null } }
    await expect(exportCalls(source, { account, from, to, format: 'csv', software: SOFTWARE }, async () => {})).rejects.toThrow(NoEvidenceError)
  })

  it.each([
    [
      'the certificate in force is signed for only later',
      { certificateLeaves: async (_: string, sha256s: readonly string[]) => new Map(sha256s.map((sha256) => [sha256, BigInt(evidence.log.length)])) },
    ],
    ['the log does not have it', { certificateLeaves: async () => new Map() }],
  ])('is of nothing that is not signed for: %s', async (_, changes) => {
    const source = { ...evidence, ...changes }
    await expect(exportCalls(source, { account, from, to, format: 'csv', software: SOFTWARE }, async () => {})).rejects.toThrow(/not in the signed log yet/)
  })
})

describe('a cell of CSV', () => {
  const [template] = [Object.fromEntries(EXPORT_COLUMNS.map((column) => [column, null])) as unknown as ExportRow]
  const written = async (mode: 'raw' | 'spreadsheet-safe', value: string): Promise<string> =>
    Buffer.from(await createCsvWriter(mode).rows([{ ...template, call_sid: value }])).toString()
  const readBack = async (mode: 'raw' | 'spreadsheet-safe', value: string): Promise<string | null | undefined> => readCsv(await written(mode, value))[0]?.[1]

  it('raw is read back as it was, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', "'", 'a', ' ', '＝') }), async (value) => {
        expect(await readBack('raw', value)).toBe(value)
      }),
    )
  })

  it.each(['=1+1', '+1 a', '-a', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x', '=HYPERLINK("http://x","y")', '-1+1|cmd'])(
    'is no formula when it is safe, and as it was otherwise: %j',
    async (value) => {
      expect(await readBack('spreadsheet-safe', value)).toBe(`'${value}`)
      expect(await readBack('raw', value)).toBe(value)
    },
  )

  it.each(['-0.50', '12', 'completed', '2026-01-14T18:30:00.000Z', "'quoted"])('is left alone where it is none: %s', async (value) =>
    expect(await readBack('spreadsheet-safe', value)).toBe(value),
  )
})
