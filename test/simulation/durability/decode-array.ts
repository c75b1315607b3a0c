const HEADER_BYTES = 20
const DIMENSIONS_AT = 0
const TYPE_AT = 8
const COUNT_AT = 12
const [BOOLEAN, BIGINT, INTEGER, TIMESTAMPTZ, JSONB, BYTEA] = [16, 20, 23, 1184, 3802, 17]

/** The elements of a Postgres array in binary form. A time is left in microseconds since Postgres's epoch. */
export const decodeArray = (bytes: Buffer): readonly unknown[] => {
  if (bytes.readInt32BE(DIMENSIONS_AT) === 0) return []
  const type = bytes.readInt32BE(TYPE_AT)
  const elements: unknown[] = []
  let at = HEADER_BYTES
  for (let count = bytes.readInt32BE(COUNT_AT); count > 0; count -= 1) {
    const length = bytes.readInt32BE(at)
    at += 4
    if (length < 0) {
      elements.push(null)
      continue
    }
    elements.push(elementOf(type, bytes, at, length))
    at += length
  }
  return elements
}

const elementOf = (type: number, bytes: Buffer, at: number, length: number): unknown => {
  switch (type) {
    case BOOLEAN:
      return bytes[at] === 1
    case INTEGER:
      return bytes.readInt32BE(at)
    case BIGINT:
    case TIMESTAMPTZ:
      return bytes.readBigInt64BE(at)
    case JSONB:
      return bytes.toString('utf8', at + 1, at + length)
    case BYTEA:
      return bytes.subarray(at, at + length)
    default:
      return bytes.toString('utf8', at, at + length)
  }
}
