/**
 * Reads what can be read of a file where the disk gives parts of it no more: zeros stand in for those, which are no record of ours
 * (segment-name.ts), and where they are is told. A part that fails is halved until a block is all that fails.
 */
import type { FilePort, OpenFile } from './file-port.ts'
import type { ByteRange, SegmentScan } from './scan-segment.ts'
import { nullIfMissing } from './whole-file.ts'

const BLOCK_BYTES = 4096

export interface ReadAround {
  readonly bytes: Buffer
  /** Offsets in the file, in order. */
  readonly unreadable: readonly ByteRange[]
}

/** Fewer bytes come at the end of the file. */
export const readAround = async (file: OpenFile, into: Buffer, at: number): Promise<ReadAround> => {
  const unreadable: ByteRange[] = []
  const bytes = await readPart(file, into, at, unreadable)
  return { bytes: into.subarray(0, bytes), unreadable }
}

/** All of a file; null where there is none. */
export const readWholeFileAround = async (files: FilePort, path: string): Promise<ReadAround | null> => {
  const file = await files.open(path, 'read').catch(nullIfMissing)
  if (file === null) return null
  try {
    return await readAround(file, Buffer.allocUnsafe(await file.size()), 0)
  } finally {
    await file.close()
  }
}

/** One past what was written, or may have been: what cannot be read behind the last good record may hold some. */
export const writtenEndAround = ({ end, writtenEnd }: Pick<SegmentScan, 'end' | 'writtenEnd'>, unreadable: readonly ByteRange[]): number =>
  Math.max(writtenEnd, ...unreadable.map(({ to }) => to).filter((to) => to > end))

const readPart = async (file: OpenFile, into: Buffer, at: number, unreadable: ByteRange[]): Promise<number> => {
  const isRead = await readFully(file, into, at).catch(() => null)
  if (isRead !== null) return isRead
  const middle = blockWithin(at, at + into.length)
  if (middle === null) return standIn(into, at, unreadable)
  const before = middle - at
  const read = await readPart(file, into.subarray(0, before), at, unreadable)
  return read < before ? read : before + (await readPart(file, into.subarray(before), middle, unreadable))
}

/** Where a block begins between the two, about halfway; null where none does. */
const blockWithin = (from: number, to: number): number | null => {
  const halfway = Math.floor((from + to) / 2 / BLOCK_BYTES) * BLOCK_BYTES
  const middle = halfway > from ? halfway : halfway + BLOCK_BYTES
  return middle < to ? middle : null
}

const readFully = async (file: OpenFile, into: Buffer, at: number): Promise<number> => {
  let read = 0
  while (read < into.length) {
    const more = await file.read(into.subarray(read), at + read)
    if (more === 0) break
    read += more
  }
  return read
}

const standIn = (into: Buffer, at: number, unreadable: ByteRange[]): number => {
  into.fill(0)
  const last = unreadable.at(-1)
  if (last?.to === at) unreadable.splice(-1, 1, { from: last.from, to: at + into.length })
  else unreadable.push({ from: at, to: at + into.length })
  return into.length
}
