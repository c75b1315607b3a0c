import { UnstorableValueError } from '../errors.ts'

/**
 * One column of many rows as one parameter: a Postgres array in binary form (the layout of array_send), which the driver passes on
 * untouched. As text each element would be quoted here and parsed there, character by character; measured, that costs as much as
 * the insert itself. The OIDs are those of built-in types and never change.
 */
export type ElementType = 'text' | 'jsonb' | 'bytea' | 'integer' | 'bigint' | 'boolean' | 'timestamptz'

/** What each type is made of. `jsonb` is JSON text; `timestamptz` is epoch milliseconds. */
export interface ElementOf {
  readonly text: string
  readonly jsonb: string
  readonly bytea: Uint8Array
  readonly integer: number
  readonly bigint: bigint
  readonly boolean: boolean
  readonly timestamptz: number
}

const OID: Readonly<Record<ElementType, number>> = { boolean: 16, bytea: 17, bigint: 20, integer: 23, text: 25, timestamptz: 1184, jsonb: 3802 }
/** Dimensions, has nulls, element type; then, where there is any element, how many and the first one's index. */
const EMPTY_BYTES = 12
const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
const JSONB_VERSION = 1
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1)
const MICROSECONDS = 1_000n
/** What a JavaScript Date can be; Postgres itself says no to the earlier part of it. */
const INSTANT_MAX = 8_640_000_000_000_000

/** The parameter for `$n::type[]`. @throws UnstorableValueError for a time that is none. */
export const binaryArray = <T extends ElementType>(type: T, values: readonly (ElementOf[T] | null)[]): Buffer => {
  let bytes = HEADER_BYTES
  for (const value of values) bytes += LENGTH_BYTES + (value === null ? 0 : sizeOf(type, value))
  const buffer = Buffer.allocUnsafe(bytes)
  buffer.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4)
  buffer.writeInt32BE(OID[type], 8)
  if (values.length === 0) return buffer.subarray(0, EMPTY_BYTES)
  buffer.writeInt32BE(values.length, 12)
  buffer.writeInt32BE(1, 16)
  let at = HEADER_BYTES
  for (const value of values) {
    const length = value === null ? NULL_LENGTH : write(buffer, at + LENGTH_BYTES, type, value)
    buffer.writeInt32BE(length, at)
    at += LENGTH_BYTES + Math.max(0, length)
  }
  return buffer
}

const sizeOf = (type: ElementType, value: ElementOf[ElementType]): number => {
  switch (type) {
    case 'text':
      return Buffer.byteLength(value as string)
    case 'jsonb':
      return 1 + Buffer.byteLength(value as string)
    case 'bytea':
      return (value as Uint8Array).length
    case 'integer':
      return 4
    case 'bigint':
    case 'timestamptz':
      return 8
    case 'boolean':
      return 1
    default:
      return type satisfies never
  }
}

/** Returns how many bytes were written. */
const write = (buffer: Buffer, at: number, type: ElementType, value: ElementOf[ElementType]): number => {
  switch (type) {
    case 'text':
      return buffer.write(value as string, at)
    case 'jsonb':
      buffer[at] = JSONB_VERSION
      return 1 + buffer.write(value as string, at + 1)
    case 'bytea':
      buffer.set(value as Uint8Array, at)
      return (value as Uint8Array).length
    case 'integer':
      return buffer.writeInt32BE(value as number, at) - at
    case 'bigint':
      return buffer.writeBigInt64BE(value as bigint, at) - at
    case 'timestamptz':
      return buffer.writeBigInt64BE(microseconds(value as number), at) - at
    case 'boolean':
      return buffer.writeUInt8(value ? 1 : 0, at) - at
    default:
      return type satisfies never
  }
}

/** Since Postgres's epoch. Exact: a product of numbers would round beyond the year 2255. */
const microseconds = (at: number): bigint => {
  if (!(Math.abs(at) <= INSTANT_MAX)) throw new UnstorableValueError(`${at} is no time in milliseconds since 1970`)
  return BigInt(Math.round(at) - POSTGRES_EPOCH_MS) * MICROSECONDS
}
