import type { ExportRow } from './export-row.ts'

/** Turns rows into bytes of one format, some at a time. */
export interface RowWriter {
  /** What is before the first row. */
  begin(): Uint8Array
  rows(rows: readonly ExportRow[]): Uint8Array | Promise<Uint8Array>
  /** What is after the last one. */
  end(): Uint8Array | Promise<Uint8Array>
}
