import { type BinaryType, bytesMax, LENGTH_BYTES, NULL_LENGTH, writeInt16, writeInt32, writeValue } from './binary-value.ts'
import type { Column } from './column.ts'

/** Signature, flags, length of the header's extension: what a binary COPY begins with. */
const FILE_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const FILE_END = -1
const COUNT_BYTES = 2
/** A row is given away with others, as soon as they are so many bytes. */
const FULL_BYTES = 1024 * 1024
const FIRST_BYTES = FULL_BYTES + 64 * 1024

/** Rows as one binary COPY takes them, column by column as their bulk write has them: for where so many are written that even a statement's arrays cost too much. */
export interface BinaryRows<Row> {
  /** @throws UnstorableValueError for a value that its type cannot hold; the row is not added then. */
  add(row: Row): void
  /** Enough for one COPY. */
  full(): boolean
  /** What was added since the last time; null where nothing was. The bytes are the caller's. */
  take(): Buffer | null
}

export const newBinaryRows = <Row>(columns: readonly Column<Row>[]): BinaryRows<Row> => {
  const types = columns.map(({ type, as }): BinaryType => as?.copied ?? type)
  const of = columns.map((column) => column.of)
  let buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  let used = FILE_HEADER.copy(buffer)

  const writeRow = (row: Row): number => {
    let at = writeInt16(buffer, columns.length, used)
    for (let nth = 0; nth < columns.length; nth += 1) {
      const value = of[nth]?.(row) ?? null
      const type = types[nth] as BinaryType
      const needed = at + LENGTH_BYTES + COUNT_BYTES + (value === null ? 0 : bytesMax(type, value))
      if (needed > buffer.length) buffer = larger(buffer, at, needed)
      if (value === null) at = writeInt32(buffer, NULL_LENGTH, at)
      else {
        const length = writeValue(buffer, at + LENGTH_BYTES, type, value)
        at = writeInt32(buffer, length, at) + length
      }
    }
    return at
  }

  return {
    add: (row) => {
      if (buffer.length - used < COUNT_BYTES) buffer = larger(buffer, used, used + COUNT_BYTES)
      used = writeRow(row)
    },
    full: () => used >= FULL_BYTES,
    take: () => {
      if (used === FILE_HEADER.length) return null
      const taken = buffer.subarray(0, writeInt16(buffer, FILE_END, used))
      buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
      used = FILE_HEADER.copy(buffer)
      return taken
    },
  }
}

const larger = (buffer: Buffer, used: number, needed: number): Buffer => {
  const next = Buffer.allocUnsafeSlow(2 * needed)
  buffer.copy(next, 0, 0, used)
  return next
}
