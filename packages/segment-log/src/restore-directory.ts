/**
 * What to do when somebody has removed, moved or replaced the segment that is being written, or a folder above it. All that was acknowledged and
 * is in it can still be had through the open file, so it is put back under its name: copied, synced, renamed, in a folder that is made again where
 * it is gone. What cannot be had is told of, segment by segment, and so is that it happened at all.
 *
 *     another process has the folder by now    nothing is put back: two of them would write over each other
 *     no space, read-only, or anything else    tried again before the next group; until then nothing is appended, and the file stays open
 *     the process ends before it is put back   what was not read from memory by then is lost, as it would be without all this
 */
import { join } from 'node:path'
import { checkFormat, writeFormat } from './directory-format.ts'
import type { FilePort } from './file-port.ts'
import type { DirectoryLock } from './lock-directory.ts'
import type { SegmentReader } from './read-segments.ts'
import type { SegmentList } from './segment-list.ts'
import { type SegmentWriter, TEMPORARY_SEGMENT } from './segment-writer.ts'
import { replaceFile } from './whole-file.ts'

/** The folder was not where it should be, or not the segment being written. */
export interface Displacement {
  /** Name of the segment's file; null where none was being written. */
  readonly segment: string | null
  /** Put back, all of them acknowledged. */
  readonly bytes: number
  /** The last of its records; null where it had none. */
  readonly lastSeq: number | null
}

export interface RestoreOptions {
  readonly files: FilePort
  readonly directory: string
  readonly lock: DirectoryLock
  readonly segments: SegmentList
  readonly reader: SegmentReader
  readonly onDisplaced: (displacement: Displacement) => void
}

/** Resolves when the directory is the log's again, with the segment under its name, durably, and without what a group that was refused left behind it. */
export const restoreDirectory = async (displaced: SegmentWriter | null, { files, directory, lock, segments, reader, onDisplaced }: RestoreOptions): Promise<void> => {
  const isOurs = (name: string): boolean => name === TEMPORARY_SEGMENT || segments.all().some((one) => name.startsWith(one.name))
  await files.makeDirectory(directory)
  await lock.renew()
  const listed = await files.list(directory)
  const foreign = listed.filter(({ name }) => !isOurs(name))
  if ((await checkFormat(files, directory, foreign)) === 'new') await writeFormat(files, directory)
  if (displaced !== null && segments.has(displaced.segment) && !(await displaced.isInPlace()))
    await replaceFile(files, join(directory, displaced.segment.name), await displaced.readBack())
  await displaced?.seal()
  onDisplaced({ segment: displaced?.segment.name ?? null, bytes: displaced?.segment.bytes ?? 0, lastSeq: displaced?.segment.contents?.lastSeq ?? null })
  const there = new Set(listed.map(({ name }) => name))
  for (const segment of segments.all()) if (segment !== displaced?.segment && !there.has(segment.name)) reader.lose(segment, 'missing')
}
