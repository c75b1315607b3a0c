/**
 * Every good record of a directory of segments, read without owning it: while another process writes there, or from a copy. Writes nothing,
 * and so sets no damage aside; it is stepped over and counted, as is what the disk does not give. Records of the segment being written may not be synced yet.
 */
import { join } from 'node:path'
import { checkFormat } from './directory-format.ts'
import type { FilePort } from './file-port.ts'
import { decodeFrame } from './frame.ts'
import { nodeFiles } from './node-files.ts'
import { type ReadAround, readWholeFileAround, writtenEndAround } from './read-around.ts'
import { scanSegment } from './scan-segment.ts'
import type { SegmentRecord } from './segment-log.ts'
import { parseSegmentName, type SegmentId } from './segment-name.ts'

export interface SegmentContent {
  /** In order. Payloads are views into one buffer. */
  readonly records: readonly SegmentRecord[]
  /** Bytes that may have been records. */
  readonly damagedBytes: number
}

/** Oldest segment first, one at a time: 16 MiB in memory. One that its owner drops meanwhile is left out. @throws DirectoryFormatError */
export async function* readDirectory(directory: string, files: FilePort = nodeFiles): AsyncGenerator<SegmentContent> {
  const listed = await files.list(directory)
  await checkFormat(files, directory, listed)
  const segments = listed.flatMap(({ name }) => parseSegmentName(name) ?? []).sort((a, b) => a.firstSeq - b.firstSeq)
  for (const [index, segment] of segments.entries()) {
    const read = await readWholeFileAround(files, join(directory, segment.name))
    // The next one that begins above: an empty one may begin with the same number.
    const seqBelow = segments.slice(index + 1).find(({ firstSeq }) => firstSeq > segment.firstSeq)?.firstSeq ?? Number.POSITIVE_INFINITY
    if (read !== null) yield contentOf(read, segment, seqBelow)
  }
}

const contentOf = ({ bytes, unreadable }: ReadAround, { seed, firstSeq }: SegmentId, seqBelow: number): SegmentContent => {
  const scan = scanSegment(bytes, { seed, firstSeq, seqBelow })
  const { damaged, end } = scan
  const writtenEnd = writtenEndAround(scan, unreadable)
  const records: SegmentRecord[] = []
  for (let at = 0; at < end; ) {
    const range = damaged.find(({ from }) => from === at)
    const frame = range === undefined ? decodeFrame(bytes, at, seed) : null
    if (frame !== null && typeof frame === 'object') records.push({ seq: BigInt(frame.seq), appendedAt: frame.appendedAt, payload: frame.payload })
    at = frame !== null && typeof frame === 'object' ? frame.end : (range?.to ?? end)
  }
  const cut = scan.tail === 'damaged' || writtenEnd > scan.writtenEnd ? writtenEnd - end : 0
  return { records, damagedBytes: damaged.reduce((sum, { from, to }) => sum + to - from, cut) }
}
