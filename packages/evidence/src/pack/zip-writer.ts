/**
 * Writes a zip that leaves nothing to choose: no times, no attributes, no extra fields, entries one after another, sizes in front. Equal
 * entries give equal bytes, and a verifier can hold every bit of it to be as it should (docs/audit-proof.md). Only a file that is made while it
 * is written has its sizes behind it; there is none in an evidence pack.
 */
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, type ZlibOptions } from 'node:zlib'

const UTF8_NAMES = 0x0800
const SIZES_BEHIND = 0x0008
const VERSION = 20
/** 1980-01-01, the first day that a zip can write. */
const NO_DATE = 0x21
/** What an offset of a zip can say. */
export const ZIP_BYTES_MAX = 0xffff_ffff
/** What the end of a zip can count; one more says that a zip64 directory follows. */
export const ENTRIES_MAX = 65_534

export type ZipMethod = 'stored' | 'deflated'
const METHOD: Readonly<Record<ZipMethod, number>> = { stored: 0, deflated: 8 }

export interface ZipEntry {
  readonly name: string
  readonly method: ZipMethod
  /** As it stands in the zip. */
  readonly packed: Uint8Array
  readonly content: Uint8Array
}

export interface ZipWriter {
  add(entry: ZipEntry): Promise<void>
  /** Adds a file that is made bit by bit, and gives what `write` gives. Its sizes stand behind it, and its bytes are packed as they come where it is deflated. */
  addStreamed<T>(name: string, method: ZipMethod, write: (put: PutBytes) => Promise<T>): Promise<T>
  /** Writes the directory; nothing may be added after it. */
  finish(): Promise<void>
}

/** Takes bytes in order, and resolves when more may come. */
export type PutBytes = (bytes: Uint8Array) => Promise<void>

/** @param bytesMax of all of it; beyond it what is added is refused */
export const createZipWriter = (write: PutBytes, bytesMax = ZIP_BYTES_MAX): ZipWriter => {
  const directory: Buffer[] = []
  let offset = 0
  const put = async (bytes: Uint8Array): Promise<void> => {
    await write(bytes)
    offset += bytes.length
    if (offset > bytesMax) throw new RangeError(`the zip would have more than ${bytesMax} bytes; ask for a shorter range`)
  }
  const begin = (): number => {
    if (directory.length >= ENTRIES_MAX) throw new RangeError(`the zip would have more than ${ENTRIES_MAX} files; ask for a shorter range`)
    return offset
  }
  const note = (at: number, common: Buffer, name: Buffer): void => {
    const central = Buffer.alloc(14)
    central.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([signature(0x02014b50), uint16(VERSION), common, central, name]))
  }
  return {
    add: async ({ name, method, packed, content }) => {
      const at = begin()
      const nameBytes = Buffer.from(name)
      const common = headerOf(UTF8_NAMES, method, { crc: crc32(content), packed: packed.length, content: content.length }, nameBytes.length)
      note(at, common, nameBytes)
      await put(Buffer.concat([signature(0x04034b50), common, nameBytes]))
      await put(packed)
    },
    addStreamed: async (name, method, make) => {
      const at = begin()
      const nameBytes = Buffer.from(name)
      const sizes = { crc: 0, packed: 0, content: 0 }
      const putPacked = async (bytes: Uint8Array): Promise<void> => {
        await put(bytes)
        sizes.packed += bytes.length
      }
      await put(Buffer.concat([signature(0x04034b50), headerOf(UTF8_NAMES | SIZES_BEHIND, method, sizes, nameBytes.length), nameBytes]))
      const made = await make(async (bytes) => {
        sizes.crc = crc32(bytes, sizes.crc)
        sizes.content += bytes.length
        if (sizes.content > ZIP_BYTES_MAX) throw new RangeError(`${name} would have more than ${ZIP_BYTES_MAX} bytes; ask for a shorter range`)
        await putPacked(method === 'stored' ? bytes : await deflatePart(bytes))
      })
      if (method === 'deflated') await putPacked(END_OF_DEFLATE)
      const common = headerOf(UTF8_NAMES | SIZES_BEHIND, method, sizes, nameBytes.length)
      await put(Buffer.concat([signature(0x08074b50), common.subarray(10, 22)]))
      note(at, common, nameBytes)
      return made
    },
    finish: async () => {
      const at = offset
      for (const entry of directory) await put(entry)
      const end = Buffer.alloc(18)
      end.writeUInt16LE(directory.length, 4)
      end.writeUInt16LE(directory.length, 6)
      end.writeUInt32LE(offset - at, 8)
      end.writeUInt32LE(at, 12)
      await put(Buffer.concat([signature(0x06054b50), end]))
    },
  }
}

/** What the header before a file and its line in the directory have in common. */
const headerOf = (flags: number, method: ZipMethod, sizes: { readonly crc: number; readonly packed: number; readonly content: number }, nameBytes: number): Buffer => {
  const common = Buffer.alloc(26)
  common.writeUInt16LE(VERSION, 0)
  common.writeUInt16LE(flags, 2)
  common.writeUInt16LE(METHOD[method], 4)
  common.writeUInt16LE(NO_DATE, 8)
  common.writeUInt32LE(sizes.crc, 10)
  common.writeUInt32LE(sizes.packed, 14)
  common.writeUInt32LE(sizes.content, 18)
  common.writeUInt16LE(nameBytes, 22)
  return common
}

const deflate = promisify(deflateRaw) as (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>
/** Each part by itself, ended at a byte and not as the last one: put one after another they are one deflated text. Off the main thread, and quick rather than small. */
const deflatePart = (bytes: Uint8Array): Promise<Buffer> => deflate(bytes, { level: constants.Z_BEST_SPEED, finishFlush: constants.Z_SYNC_FLUSH })
/** A last block with nothing in it. */
const END_OF_DEFLATE = Uint8Array.of(3, 0)

const signature = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const uint16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
