import { UnstorableValueError } from '../errors.ts'

/** The types whose binary form is written here, as their `…_recv` functions read it. */
export type BinaryType = 'text' | 'jsonb' | 'bytea' | 'integer' | 'bigint' | 'boolean' | 'timestamptz' | 'numeric' | 'text[]'

/** What each type is made of. `jsonb` is JSON text; `timestamptz` is epoch milliseconds; `numeric` is a plain decimal; `text[]` its texts joined by commas. */
export interface ValueOf {
  readonly text: string
  readonly jsonb: string
  readonly bytea: Uint8Array
  readonly integer: number
  readonly bigint: bigint
  readonly boolean: boolean
  readonly timestamptz: number
  readonly numeric: string
  readonly 'text[]': string
}

export const TEXT_OID = 25
/** Of an array, before its elements: dimensions, has nulls, element type; then, where there is any element, how many and the first one's index. */
export const EMPTY_ARRAY_BYTES = 12
export const ARRAY_HEADER_BYTES = 20
export const LENGTH_BYTES = 4
export const NULL_LENGTH = -1

const JSONB_VERSION = 1
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1)
const MICROSECONDS = 1_000
const EXACT_MS_MAX = Math.floor(Number.MAX_SAFE_INTEGER / MICROSECONDS)
const UINT32 = 2 ** 32
const UTF8_BYTES_MAX = 3
const ASCII_MAX = 0x7f
/** What a JavaScript Date can be; Postgres itself says no to the earlier part of it. */
const INSTANT_MAX = 8_640_000_000_000_000
const NUMERIC_HEADER_BYTES = 8

/** No value takes more. */
export const bytesMax = (type: BinaryType, value: ValueOf[BinaryType]): number => {
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
    case 'numeric':
      // Two bytes for every four digits, of which the first and the last group may be short.
      return NUMERIC_HEADER_BYTES + (value as string).length + 4
    case 'text[]':
      return ARRAY_HEADER_BYTES + (LENGTH_BYTES + UTF8_BYTES_MAX) * ((value as string).length + 1)
    default:
      return type satisfies never
  }
}

/** Returns how many bytes were written. @throws UnstorableValueError for what is no value of the type. */
export const writeValue = (buffer: Buffer, at: number, type: BinaryType, value: ValueOf[BinaryType]): number => {
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
    case 'numeric':
      return writeNumeric(buffer, value as string, at)
    case 'text[]':
      return writeTexts(buffer, value as string, at)
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
export const writeInt32 = (buffer: Buffer, value: number, at: number): number => {
  buffer[at] = value >>> 24
  buffer[at + 1] = value >>> 16
  buffer[at + 2] = value >>> 8
  buffer[at + 3] = value
  return at + 4
}

export const writeInt16 = (buffer: Buffer, value: number, at: number): number => {
  buffer[at] = value >>> 8
  buffer[at + 1] = value
  return at + 2
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

/** What JavaScript and Postgres agree on as a decimal, sign and point included. */
const DECIMAL = /^-?\d{1,1000}(\.\d{1,1000})?$/
const GROUP_DIGITS = 4
const NEGATIVE = 0x4000

/** Groups of four digits around the point: how many, the weight of the first, sign, digits shown after the point, the groups. */
const writeNumeric = (buffer: Buffer, decimal: string, at: number): number => {
  if (!DECIMAL.test(decimal)) throw new UnstorableValueError('a number is no plain decimal')
  const negative = decimal.startsWith('-')
  const [whole = '', fraction = ''] = (negative ? decimal.slice(1) : decimal).split('.')
  const before = Math.ceil(whole.length / GROUP_DIGITS)
  const groups = before + Math.ceil(fraction.length / GROUP_DIGITS)
  const digits = whole.padStart(before * GROUP_DIGITS, '0') + fraction.padEnd((groups - before) * GROUP_DIGITS, '0')
  let end = writeInt16(buffer, groups, at)
  end = writeInt16(buffer, before - 1, end)
  end = writeInt16(buffer, negative ? NEGATIVE : 0, end)
  end = writeInt16(buffer, fraction.length, end)
  for (let from = 0; from < digits.length; from += GROUP_DIGITS) end = writeInt16(buffer, Number(digits.slice(from, from + GROUP_DIGITS)), end)
  return end - at
}

/** No text of the list has a comma, and none is empty. */
const writeTexts = (buffer: Buffer, joined: string, at: number): number => {
  const texts = joined === '' ? [] : joined.split(',')
  let end = writeInt32(buffer, texts.length === 0 ? 0 : 1, at)
  end = writeInt32(buffer, 0, end)
  end = writeInt32(buffer, TEXT_OID, end)
  if (texts.length === 0) return EMPTY_ARRAY_BYTES
  end = writeInt32(buffer, texts.length, end)
  end = writeInt32(buffer, 1, end)
  for (const text of texts) {
    const length = writeText(buffer, text, end + LENGTH_BYTES)
    end = writeInt32(buffer, length, end) + length
  }
  return end - at
}
