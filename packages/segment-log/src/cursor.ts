/**
 * A durable position: the seq to go on from. Two slots, a disk page apart, written in turn; each carries a rising generation
 * and a checksum, and the newest good one counts. A crash in the middle of a write spoils one slot, never both, and leaves the position
 * before: what was done since is done again. One write and one sync per advance, no rename.
 */
import { dirname } from 'node:path'
import { crc32c } from '@node-rs/crc32'
import type { FilePort, OpenFile } from './file-port.ts'
import { nodeFiles } from './node-files.ts'
import { readAround } from './read-around.ts'
import { spoolErrorOf } from './spool-errors.ts'

/** checksum u32 | reserved u32 | generation u64 | position u64 */
const SLOT_BYTES = 24
const SLOT_STEP_BYTES = 4096

export interface Cursor {
  /** The durable position; 0 at first. */
  position(): bigint
  /** Resolves when a position of at least `to` is durable. Going back is ignored. Calls made during a write share the next. */
  advance(to: bigint): Promise<void>
  close(): Promise<void>
}

interface Slot {
  readonly generation: bigint
  readonly position: bigint
}

export const openCursor = async ({ file: path, files = nodeFiles }: { readonly file: string; readonly files?: FilePort }): Promise<Cursor> => {
  let file: OpenFile | null = await openOrCreate(files, path)
  let durable = await readNewest(file)
  let wanted = durable.position
  let writing: Promise<void> | null = null
  let queued: Promise<void> | null = null

  const write = async (): Promise<void> => {
    if (wanted <= durable.position) return
    const slot = { generation: durable.generation + 1n, position: wanted }
    try {
      file ??= await files.open(path, 'update')
      const written = await file.write(encodeSlot(slot), slotOffset(slot.generation))
      if (written !== SLOT_BYTES) throw Object.assign(new Error(`${written} of ${SLOT_BYTES} bytes written`), { code: 'ENOSPC' })
      await file.fdatasync()
    } catch (error) {
      // A descriptor whose sync failed is never asked again. Writing this slot again is harmless: the other holds the position.
      await file?.close().catch(() => undefined)
      file = null
      throw spoolErrorOf(error, `moving the position in ${path}`)
    }
    durable = slot
  }

  const start = (): Promise<void> => {
    queued = null
    writing = write().finally(() => {
      writing = null
    })
    return writing
  }

  return {
    position: () => durable.position,
    advance: (to) => {
      if (to <= durable.position) return Promise.resolve()
      if (to > wanted) wanted = to
      if (writing === null) return start()
      queued ??= writing.then(start, start)
      return queued
    },
    close: async () => {
      await (queued ?? writing)?.catch(() => undefined)
      await file?.close()
      file = null
    },
  }
}

const openOrCreate = async (files: FilePort, path: string): Promise<OpenFile> => {
  const existing = await files.open(path, 'update').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (existing !== null) return existing
  await files.makeDirectory(dirname(path))
  const created = await files.open(path, 'create')
  await files.syncDirectory(dirname(path))
  return created
}

const readNewest = async (file: OpenFile): Promise<Slot> => {
  const bytes = Buffer.alloc(SLOT_STEP_BYTES + SLOT_BYTES)
  // A slot that the disk does not give is as good as a spoilt one.
  await readAround(file, bytes, 0)
  const slots = [decodeSlot(bytes.subarray(0, SLOT_BYTES)), decodeSlot(bytes.subarray(SLOT_STEP_BYTES))]
  return slots.reduce<Slot>((newest, slot) => (slot !== null && slot.generation > newest.generation ? slot : newest), { generation: 0n, position: 0n })
}

const slotOffset = (generation: bigint): number => (generation % 2n === 0n ? 0 : SLOT_STEP_BYTES)

const encodeSlot = ({ generation, position }: Slot): Buffer => {
  const slot = Buffer.alloc(SLOT_BYTES)
  slot.writeBigUInt64LE(generation, 8)
  slot.writeBigUInt64LE(position, 16)
  slot.writeUInt32LE(crc32c(slot.subarray(4)), 0)
  return slot
}

const decodeSlot = (slot: Buffer): Slot | null => {
  if (crc32c(slot.subarray(4)) !== slot.readUInt32LE(0)) return null
  return { generation: slot.readBigUInt64LE(8), position: slot.readBigUInt64LE(16) }
}
