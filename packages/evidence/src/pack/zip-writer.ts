/**
 * Writes a zip that leaves nothing to choose: no times, no attributes, no extra fields, entries one after another, sizes in front. Equal
 * entries give equal bytes, and a verifier can hold every bit of it to be as it should (docs/audit-proof.md).
 */
import { crc32 } from 'node:zlib'

const UTF8_NAMES = 0x0800
const VERSION = 20
/** 1980-01-01, the first day that a zip can write. */
const NO_DATE = 0x21
const OFFSET_MAX = 0xffff_ffff
const ENTRIES_MAX = 20_000

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
  /** Writes the directory; nothing may be added after it. */
  finish(): Promise<void>
}

/** @param write takes bytes in order, and resolves when more may come */
export const createZipWriter = (write: (bytes: Uint8Array) => Promise<void>): ZipWriter => {
  const directory: Buffer[] = []
  let offset = 0
  const put = async (bytes: Uint8Array): Promise<void> => {
    await write(bytes)
    offset += bytes.length
    if (offset > OFFSET_MAX) throw new RangeError('the pack would be larger than 4 GiB; ask for a shorter range')
  }
  return {
    add: async ({ name, method, packed, content }) => {
      if (directory.length >= ENTRIES_MAX) throw new RangeError(`the pack would have more than ${ENTRIES_MAX} files; ask for a shorter range`)
      const nameBytes = Buffer.from(name)
      const common = Buffer.alloc(26)
      common.writeUInt16LE(VERSION, 0)
      common.writeUInt16LE(UTF8_NAMES, 2)
      common.writeUInt16LE(METHOD[method], 4)
      common.writeUInt16LE(NO_DATE, 8)
      common.writeUInt32LE(crc32(content), 10)
      common.writeUInt32LE(packed.length, 14)
      common.writeUInt32LE(content.length, 18)
      common.writeUInt16LE(nameBytes.length, 22)
      const central = Buffer.alloc(14)
      central.writeUInt32LE(offset, 10)
      directory.push(Buffer.concat([signature(0x02014b50), uint16(VERSION), common, central, nameBytes]))
      await put(Buffer.concat([signature(0x04034b50), common, nameBytes]))
      await put(packed)
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
