import type { RowWriter } from './row-writer.ts'

/** JSON Lines: an object each, with every column, in their order: a row has them so. */
export const createJsonLinesWriter = (): RowWriter => ({
  begin: () => new Uint8Array(),
  rows: (rows) => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
  end: () => new Uint8Array(),
})
