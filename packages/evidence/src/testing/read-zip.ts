import { inflateRawSync } from 'node:zlib'

const CENTRAL_BYTES = 46
const LOCAL_BYTES = 30

/** Files of a zip by their names, in order: for a test that looks into a pack, or changes it. */
export const readZip = (zip: Buffer): ReadonlyMap<string, Buffer> => {
  const files = new Map<string, Buffer>()
  const end = zip.length - 22
  for (let at = zip.readUInt32LE(end + 16); at < end; ) {
    const name = zip.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + zip.readUInt16LE(at + 28)).toString()
    const data = zip.readUInt32LE(at + 42) + LOCAL_BYTES + Buffer.byteLength(name)
    const packed = zip.subarray(data, data + zip.readUInt32LE(at + 20))
    files.set(name, zip.readUInt16LE(at + 10) === 0 ? Buffer.from(packed) : inflateRawSync(packed))
    at += CENTRAL_BYTES + Buffer.byteLength(name)
  }
  return files
}
