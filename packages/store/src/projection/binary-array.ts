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
const MICROSECONDS = 1_000
const EXACT_MS_MAX = Math.floor(Number.MAX_SAFE_INTEGER / MICROSECONDS)
const UINT32 = 2 ** 32
const UTF8_BYTES_MAX = 3
const ASCII_MAX = 0x7f
/** What a JavaScript Date can be; Postgres itself says no to the earlier part of it. */
const INSTANT_MAX = 8_640_000_000_000_000

/** Where an array is made. One that does not fit gets a place of its own, which is not kept. */
const WORKPLACE = Buffer.allocUnsafeSlow(512 * 1024)

/** The parameter for `$n::type[]`. @throws UnstorableValueError for a time that is none. */
export const binaryArray = <T extends ElementType>(type: T, values: readonly (ElementOf[T] | null)[]): Buffer => {
  let buffer: Buffer = WORKPLACE
  let hasNull = 0
  let at = HEADER_BYTES
  for (const value of values) {
    const needed = at + LENGTH_BYTES + (value === null ? 0 : bytesMax(type, value))
    if (needed > buffer.length) buffer = larger(buffer, at, needed)
    if (value === null) {
      hasNull = 1
      at = writeInt32(buffer, NULL_LENGTH, at)
    } else {
      const length = write(buffer, at + LENGTH_BYTES, type, value)
      at = writeInt32(buffer, length, at) + length
    }
  }
  buffer.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(hasNull, 4)
  buffer.writeInt32BE(OID[type], 8)
  if (values.length === 0) return Buffer.from(buffer.subarray(0, EMPTY_BYTES))
  buffer.writeInt32BE(values.length, 12)
  buffer.writeInt32BE(1, 16)
  return Buffer.from(buffer.subarray(0, at))
}

const larger = (buffer: Buffer, used: number, needed: number): Buffer => {
  const next = Buffer.allocUnsafeSlow(2 * needed)
  buffer.copy(next, 0, 0, used)
  return next
}

/** No element takes more. */
const bytesMax = (type: ElementType, value: ElementOf[ElementType]): number => {
  switch (type) {
    case 'text':
    case 'jsonb':
      return 1 + UTF8_BYTES_MAX * (value as string).length
    case 'bytea':
      return (value as Uint8Array).length
    case 'integer':
    case 'bigint':
    case 'timestamptz':
    case 'boolean':
      return 8
    default:
      return type satisfies never
  }
}

/** Returns how many bytes were written. */
const write = (buffer: Buffer, at: number, type: ElementType, value: ElementOf[ElementType]): number => {
  switch (type) {
    case 'text':
      return writeText(buffer, value as string, at)
    case 'jsonb':
      buffer[at] = JSONB_VERSION
      return 1 + writeText(buffer, value as string, at + 1)
    case 'bytea':
      buffer.set(value as Uint8Array, at)
      return (value as Uint8Array).length
    case 'integer':
      return writeInt32(buffer, value as number, at) - at
    case 'bigint':
      return writeInt64(buffer, value as bigint, at) - at
    case 'timestamptz':
      return writeInt64(buffer, microseconds(value as number), at) - at
    case 'boolean':
      buffer[at] = value ? 1 : 0
      return 1
    default:
      return type satisfies never
  }
}

/** Crossing over to the engine costs more than to write so many characters here. */
const SHORT_CHARACTERS = 48

/** Returns how many bytes were written. */
const writeText = (buffer: Buffer, text: string, at: number): number => {
  if (text.length > SHORT_CHARACTERS) return buffer.write(text, at)
  for (let nth = 0; nth < text.length; nth += 1) {
    const code = text.charCodeAt(nth)
    if (code > ASCII_MAX) return buffer.write(text, at)
    buffer[at + nth] = code
  }
  return text.length
}

/** Buffer's own checks each value, which takes longer than writing it. Returns where the next begins. */
const writeInt32 = (buffer: Buffer, value: number, at: number): number => {
  buffer[at] = value >>> 24
  buffer[at + 1] = value >>> 16
  buffer[at + 2] = value >>> 8
  buffer[at + 3] = value
  return at + 4
}

/** Nearly all are small enough to be written as two numbers. Returns where the next begins. */
const writeInt64 = (buffer: Buffer, value: bigint | number, at: number): number => {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) return buffer.writeBigInt64BE(BigInt(value), at)
  return writeInt32(buffer, number % UINT32, writeInt32(buffer, Math.floor(number / UINT32), at))
}

/** Since Postgres's epoch. Exact: beyond the year 2255 a product of numbers would round. */
const microseconds = (at: number): bigint | number => {
  if (!(Math.abs(at) <= INSTANT_MAX)) throw new UnstorableValueError(`${at} is no time in milliseconds since 1970`)
  const ms = Math.round(at) - POSTGRES_EPOCH_MS
  return Math.abs(ms) <= EXACT_MS_MAX ? ms * MICROSECONDS : BigInt(ms) * BigInt(MICROSECONDS)
}
