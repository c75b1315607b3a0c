import { isDecimal } from '@rollcall/domain/call/decimal'
import { EXPORT_COLUMNS, type ExportRow } from './export-row.ts'
import type { RowWriter } from './row-writer.ts'

/**
 * `raw`: every value as it is. `spreadsheet-safe`: a value that a spreadsheet would take for a formula has an apostrophe before it, so it is no more
 * what was certified; the manifest says which of the two a file is.
 */
export type CsvMode = 'raw' | 'spreadsheet-safe'

const LINE_END = '\r\n'
/** Full-width forms are taken for formulas too, where a spreadsheet's language writes them so. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/u
const QUOTED = /[",\r\n]/

/** CSV as RFC 4180 has it, with a header; null is an empty cell, and an empty text a quoted one. */
export const createCsvWriter = (mode: CsvMode): RowWriter => {
  const cell = (value: string | boolean | null): string => {
    if (value === null) return ''
    const text = String(value)
    const safe = mode === 'spreadsheet-safe' && FORMULA.test(text) && !isDecimal(text) ? `'${text}` : text
    return safe === '' || QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const line = (row: ExportRow): string => EXPORT_COLUMNS.map((column) => cell(row[column])).join(',') + LINE_END
  return {
    begin: () => Buffer.from(EXPORT_COLUMNS.join(',') + LINE_END),
    rows: (rows) => Buffer.from(rows.map(line).join('')),
    end: () => new Uint8Array(),
  }
}
