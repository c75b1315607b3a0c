import { EXPORT_COLUMNS } from './export-row.ts'
import type { RowWriter } from './row-writer.ts'

/** JSON Lines: an object each, with every column, in their order. */
export const createJsonLinesWriter = (): RowWriter => ({
  begin: () => new Uint8Array(),
  rows: (rows) => Buffer.from(rows.map((row) => `${JSON.stringify(Object.fromEntries(EXPORT_COLUMNS.map((column) => [column, row[column]])))}\n`).join('')),
  end: () => new Uint8Array(),
})
