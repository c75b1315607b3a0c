/**
 * What a directory of segments holds after any kind of stop. Only the newest segment is read here, so that a start is quick
 * with a large spool; older ones are known by their names and read when someone asks (read-segments.ts).
 *
 * The newest may end in a frame a crash cut short, or in damage: either is cut away, and the numbering goes on above every record
 * that could have been in the bytes cut. Damage is cut only once its copy is on disk: where none can be made it stays where it is,
 * for whoever opens the log next to find, and records go on in a new segment. The newest is synced before anything in it is called
 * durable: a killed process leaves writes in the page cache that no sync has seen. Where the disk does not give all of it, records go on in a
 * new segment as well.
 */
import { join } from 'node:path'
import { DirectoryFormatError } from './directory-format.ts'
import type { FilePort } from './file-port.ts'
import { FRAME_HEADER_BYTES } from './frame.ts'
import type { Quarantine } from './quarantine.ts'
import { type ReadAround, readWholeFileAround, writtenEndAround } from './read-around.ts'
import { scanSegment } from './scan-segment.ts'
import type { Segment } from './segment.ts'
import { parseSegmentName } from './segment-name.ts'
import { SegmentWriter } from './segment-writer.ts'

const NOTHING: ReadAround = { bytes: Buffer.alloc(0), unreadable: [] }

export interface Recovered {
  /** Oldest first. The last is the one to write on, where there is one. */
  readonly segments: Segment[]
  readonly writer: SegmentWriter | null
  /** Number of the last durable record plus one. */
  readonly next: number
  /** Number the next record gets: `next`, or higher where something was cut away. */
  readonly assign: number
}

export const recover = async (
  files: FilePort,
  directory: string,
  listed: readonly { readonly name: string; readonly bytes: number }[],
  quarantine: Quarantine,
): Promise<Recovered> => {
  const found = listed.flatMap(({ name, bytes }) => segmentOf(name, bytes)).sort((a, b) => a.firstSeq - b.firstSeq)
  const segments = await withoutEmptyTwins(files, directory, found)
  const newest = segments.at(-1)
  if (newest === undefined) return { segments, writer: null, next: 0, assign: 0 }
  return { segments, ...(await recoverNewest(files, directory, newest, quarantine)) }
}

/**
 * Two segments begin with one number where creating the first failed halfway and it could not be removed either. The one without a record
 * must not hide the other's, whose numbers would seem to end where they begin.
 */
const withoutEmptyTwins = async (files: FilePort, directory: string, found: readonly Segment[]): Promise<Segment[]> => {
  const segments: Segment[] = []
  for (const segment of found) {
    const before = segments.at(-1)
    if (before?.firstSeq === segment.firstSeq) {
      const empty = (await isEmpty(files, directory, segment)) ? segment : (await isEmpty(files, directory, before)) ? before : null
      if (empty === null) throw new DirectoryFormatError(`${directory}: ${before.name} and ${segment.name} both have records under the same numbers; move one of them aside`)
      await files.unlink(join(directory, empty.name))
      if (empty === segment) continue
      segments.pop()
    }
    segments.push(segment)
  }
  return segments
}

/** Without a whole record. */
const isEmpty = async (files: FilePort, directory: string, { name, seed, firstSeq }: Segment): Promise<boolean> => {
  const { bytes, unreadable } = (await readWholeFileAround(files, join(directory, name))) ?? NOTHING
  return unreadable.length === 0 && scanSegment(bytes, { seed, firstSeq, seqBelow: Number.POSITIVE_INFINITY }).lastSeq === null
}

const segmentOf = (name: string, bytes: number): Segment[] => {
  const id = parseSegmentName(name)
  return id === null ? [] : [{ ...id, bytes, isOpen: false, contents: null }]
}

const recoverNewest = async (
  files: FilePort,
  directory: string,
  segment: Segment,
  quarantine: Quarantine,
): Promise<{ writer: SegmentWriter | null; next: number; assign: number }> => {
  const path = join(directory, segment.name)
  const read = (await readWholeFileAround(files, path)) ?? NOTHING
  const scan = scanSegment(read.bytes, { seed: segment.seed, firstSeq: segment.firstSeq, seqBelow: Number.POSITIVE_INFINITY })
  const next = scan.lastSeq === null ? segment.firstSeq : scan.lastSeq + 1
  if (read.unreadable.length > 0) return leaveUnreadable(segment, read, { next, end: scan.end, writtenEnd: writtenEndAround(scan, read.unreadable) })
  for (const range of scan.damaged) await quarantine.keep(segment.name, range, read)
  const tail = { from: scan.end, to: scan.writtenEnd }
  const isCut = scan.tail !== 'damaged' || (await quarantine.keep(segment.name, tail, read))
  const file = await files.open(path, 'update')
  try {
    if (isCut) await file.truncate(scan.end)
    await file.fdatasync()
    // Whoever made it may have ended before its name was synced, or because that failed.
    await files.syncDirectory(directory)
  } catch (cause) {
    await file.close().catch(() => undefined)
    throw new Error(`${path} could not be cut to its last good record and synced; check the disk, or move the file aside (its records are lost to this log then)`, { cause })
  }
  const numbers = { next, assign: next + recordsAtMost(tail.to - tail.from) }
  const { index, lastSeq, lastAppendedAt } = scan
  segment.bytes = isCut ? scan.end : tail.to
  segment.contents = { index, damaged: isCut ? scan.damaged : [...scan.damaged, tail], lastSeq, lastAppendedAt }
  if (isCut) return { writer: new SegmentWriter(segment, { file, path, allocated: scan.end }), ...numbers }
  await file.close()
  return { writer: null, ...numbers }
}

/**
 * Nothing is written to it any more, and nothing cut: the disk may give later what it does not give now. Whoever reads it tries again and tells
 * what cannot be had (read-segments.ts). Records may be there up to where the numbering goes on.
 */
const leaveUnreadable = (segment: Segment, { bytes }: ReadAround, found: { readonly next: number; readonly end: number; readonly writtenEnd: number }) => {
  segment.bytes = bytes.length
  const assign = found.next + recordsAtMost(found.writtenEnd - found.end)
  return { writer: null, next: assign, assign }
}

const recordsAtMost = (bytes: number): number => Math.ceil(bytes / FRAME_HEADER_BYTES)
