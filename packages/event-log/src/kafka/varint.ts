/** Zig-zag varints, as Protocol Buffers and Kafka's records have them. Plain numbers throughout: all of ours stay below 2^52. */

const HIGH = 2 ** 31

/** Bytes that `value` takes. */
export const varintBytes = (value: number): number => {
  let rest = zigzag(value)
  let bytes = 1
  while (rest >= 0x80) {
    rest = Math.floor(rest / 0x80)
    bytes += 1
  }
  return bytes
}

/** Writes `value` at `at`; gives the position behind it. */
export const writeVarint = (into: Buffer, value: number, at: number): number => {
  let rest = zigzag(value)
  let next = at
  while (rest >= HIGH) {
    into[next++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  while (rest >= 0x80) {
    into[next++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  into[next++] = rest
  return next
}

/** Reads varints one after the other; throws RangeError where the bytes end or a number is longer than a safe integer. */
export class VarintReader {
  readonly bytes: Buffer
  at = 0
  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
  next(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.bytes[this.at++]
      if (byte === undefined || scale > Number.MAX_SAFE_INTEGER) throw new RangeError('not a varint')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 0x80
    }
  }
}

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1)
