import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { BOOLEAN_COLUMNS, EXPORT_COLUMNS, type ExportColumn, type ExportRow, TIME_COLUMNS } from './export-row.ts'
import type { RowWriter } from './row-writer.ts'

/** Rows of one group, which is held until it is full. Small ones would make the file's footer larger than its calls. */
const GROUP_ROWS = 2_500
/** Of another value in every row: a dictionary of them, or the least and the greatest, would help nobody. */
const DISTINCT_COLUMNS: ReadonlySet<ExportColumn> = new Set(['call_sid', 'leaf_hash'])

type Cell = string | boolean | bigint | null

/** Parquet, Snappy: times as timestamps in milliseconds, decimals as text, since no column type holds every one of them exactly. */
export const createParquetWriter = (): RowWriter => {
  const bytes = new ByteWriter()
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'calls', num_children: EXPORT_COLUMNS.length }, ...EXPORT_COLUMNS.map(elementOf)],
  })
  /** What was written since the last time; the writer goes on counting where in the file it is. */
  const take = (): Uint8Array => {
    const taken = new Uint8Array(bytes.buffer, 0, bytes.index).slice()
    bytes.index = 0
    return taken
  }
  // By column, as they are written: to hold the rows themselves takes tens of megabytes more.
  let held: readonly Cell[][] = EXPORT_COLUMNS.map(() => [])
  const heldRows = (): number => held[0]?.length ?? 0
  const writeGroup = async (): Promise<void> => {
    const [columns, rowGroupSize] = [held, heldRows()]
    held = EXPORT_COLUMNS.map(() => [])
    await file.write({ columnData: EXPORT_COLUMNS.map((name, nth) => ({ name, data: columns[nth] ?? [], ...storageOf(name) })), rowGroupSize })
  }
  return {
    begin: take,
    rows: async (rows) => {
      for (const [nth, column] of EXPORT_COLUMNS.entries()) {
        const cells = held[nth]
        for (const row of rows) cells?.push(cellOf(column, row))
      }
      if (heldRows() < GROUP_ROWS) return new Uint8Array()
      await writeGroup()
      return take()
    },
    end: async () => {
      if (heldRows() > 0) await writeGroup()
      await file.finish()
      return take()
    },
  }
}

const elementOf = (name: ExportColumn) => {
  const repetition_type = 'OPTIONAL' as const
  if (BOOLEAN_COLUMNS.has(name)) return { name, type: 'BOOLEAN' as const, repetition_type }
  if (TIME_COLUMNS.has(name)) return { name, type: 'INT64' as const, converted_type: 'TIMESTAMP_MILLIS' as const, repetition_type }
  return { name, type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, repetition_type }
}

const storageOf = (name: ExportColumn) => (DISTINCT_COLUMNS.has(name) ? { encoding: 'PLAIN' as const, statistics: false } : {})

const cellOf = (column: ExportColumn, row: ExportRow): Cell => {
  const value = row[column]
  return TIME_COLUMNS.has(column) && typeof value === 'string' ? BigInt(Date.parse(value)) : value
}
