import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Largest text of one window's leaves, unpacked: ten thousand calls and to spare. */
const TEXT_BYTES_MAX = 256 * 1024 * 1024

/** A window's leaves as they are stored: a line each, deflated. They hold no line break, for JSON has none in a text. */
export const packLeaves = (leaves: readonly string[]): Buffer => deflateRawSync(leaves.join('\n'))

export const unpackLeaves = (packed: Uint8Array): readonly string[] => {
  const text = inflateRawSync(packed, { maxOutputLength: TEXT_BYTES_MAX }).toString('utf8')
  return text === '' ? [] : text.split('\n')
}
