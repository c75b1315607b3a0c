import { ARRAY_HEADER_BYTES, bytesMax, EMPTY_ARRAY_BYTES, LENGTH_BYTES, NULL_LENGTH, TEXT_OID, type ValueOf, writeInt32, writeValue } from './binary-value.ts'

/**
 * One column of many rows as one parameter: a Postgres array in binary form (the layout of array_send), which the driver passes on
 * untouched. As text each element would be quoted here and parsed there, character by character; measured, that costs as much as
 * the insert itself. The OIDs are those of built-in types and never change.
 */
export type ElementType = 'text' | 'jsonb' | 'bytea' | 'integer' | 'bigint' | 'boolean' | 'timestamptz'
export type ElementOf = Pick<ValueOf, ElementType>

const OID: Readonly<Record<ElementType, number>> = { boolean: 16, bytea: 17, bigint: 20, integer: 23, text: TEXT_OID, timestamptz: 1184, jsonb: 3802 }

/** Where an array is made. One that does not fit gets a place of its own, which is not kept. */
const WORKPLACE = Buffer.allocUnsafeSlow(512 * 1024)

/** The parameter for `$n::type[]`. @throws UnstorableValueError for a time that is none. */
export const binaryArray = <T extends ElementType>(type: T, values: readonly (ElementOf[T] | null)[]): Buffer => {
  let buffer: Buffer = WORKPLACE
  let hasNull = 0
  let at = ARRAY_HEADER_BYTES
  for (const value of values) {
    const needed = at + LENGTH_BYTES + (value === null ? 0 : bytesMax(type, value))
    if (needed > buffer.length) buffer = larger(buffer, at, needed)
    if (value === null) {
      hasNull = 1
      at = writeInt32(buffer, NULL_LENGTH, at)
    } else {
      const length = writeValue(buffer, at + LENGTH_BYTES, type, value)
      at = writeInt32(buffer, length, at) + length
    }
  }
  buffer.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(hasNull, 4)
  buffer.writeInt32BE(OID[type], 8)
  if (values.length === 0) return Buffer.from(buffer.subarray(0, EMPTY_ARRAY_BYTES))
  buffer.writeInt32BE(values.length, 12)
  buffer.writeInt32BE(1, 16)
  return Buffer.from(buffer.subarray(0, at))
}

const larger = (buffer: Buffer, used: number, needed: number): Buffer => {
  const next = Buffer.allocUnsafeSlow(2 * needed)
  buffer.copy(next, 0, 0, used)
  return next
}
