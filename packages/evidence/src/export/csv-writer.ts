import { isDecimal } from '@rollcall/domain/call/decimal'
import { EXPORT_COLUMNS, type ExportRow } from './export-row.ts'
import type { RowWriter } from './row-writer.ts'

/**
 * `raw`: every value as it is. `spreadsheet-safe`: what a spreadsheet would take for a formula has an apostrophe before it, so the value is no more
 * what was certified; the manifest says which of the two a file is.
 */
export type CsvMode = 'raw' | 'spreadsheet-safe'

const LINE_END = '\r\n'
/**
 * Where a formula could begin: at the beginning of the value, or of a piece of it for a spreadsheet that separates by semicolon, tab or bar, or takes a
 * line break in quotes for the end of a row. Blanks, quotes and what is invisible are skipped, as spreadsheets do. Full-width forms are taken for
 * formulas too, where a spreadsheet's language writes them so.
 */
const FORMULA = /(?<=(?:^|[,;|\t\r\n])[\s\p{Cc}\p{Cf}"]*)[=+\-@\uff1d\uff0b\uff0d\uff20]/gu
/** Some spreadsheets drop these, and then look at what follows. */
const DROPPED = /^[\t\r\n\0]/u
const QUOTED = /[",\r\n]/
/** Nearly every value: it begins with a letter or digit, and nothing in it separates. An export has many millions of them. */
const PLAIN = /^\w[\w.:-]*$/

const safeOf = (text: string): string => {
  if (PLAIN.test(text) || isDecimal(text)) return text
  const safe = text.replace(FORMULA, "'$&")
  return DROPPED.test(safe) ? `'${safe}` : safe
}

/** CSV as RFC 4180 has it, with a header; null is an empty cell, and an empty text a quoted one. */
export const createCsvWriter = (mode: CsvMode): RowWriter => {
  const cell = (value: string | boolean | null): string => {
    if (value === null) return ''
    const text = String(value)
    const safe = mode === 'spreadsheet-safe' ? safeOf(text) : text
    return safe === '' || QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const line = (row: ExportRow): string => EXPORT_COLUMNS.map((column) => cell(row[column])).join(',') + LINE_END
  return {
    begin: () => Buffer.from(EXPORT_COLUMNS.join(',') + LINE_END),
    rows: (rows) => Buffer.from(rows.map(line).join('')),
    end: () => new Uint8Array(),
  }
}
