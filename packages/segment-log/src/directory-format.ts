/**
 * What a directory of segments says of itself: `segment-log.json`, written before the first segment. A directory that is not a segment log's,
 * one that has lost that file, and one that a later release wrote are refused by name before anything in them is touched: to a release that
 * reads them wrongly they would be full of damage, and it would cut that away.
 */
import { join } from 'node:path'
import type { FilePort, ListedFile } from './file-port.ts'
import { parseSegmentName } from './segment-name.ts'
import { readWholeFile, replaceFile } from './whole-file.ts'

const FORMAT_FILE = 'segment-log.json'
const FORMAT = 'rollcall segment log'
const VERSION = 1
const SEGMENT_SUFFIX = '.segment'
/** What a start that was cut short may have left before the format was written. */
const BEFORE_THE_FORMAT: ReadonlySet<string> = new Set([`${FORMAT_FILE}.temporary`])
const LOCKS = 'owner.lock'

/** The directory is not one that this release may write to. Nothing in it was changed; trying again cannot help. */
export class DirectoryFormatError extends Error {
  override readonly name = 'DirectoryFormatError'
}

/** Looks, and changes nothing. `new`: nobody has written here. @throws DirectoryFormatError */
export const checkFormat = async (files: FilePort, directory: string, listed: readonly ListedFile[]): Promise<'new' | 'known'> => {
  const path = join(directory, FORMAT_FILE)
  const bytes = await readWholeFile(files, path)
  if (bytes === null) return checkUnmarked(directory, listed)
  const { format, version } = parse(path, bytes)
  if (format !== FORMAT) throw new DirectoryFormatError(`${path} describes ${JSON.stringify(format)}, needed is ${JSON.stringify(FORMAT)}; name another directory`)
  if (version !== VERSION)
    throw new DirectoryFormatError(
      `${directory} was written in version ${JSON.stringify(version)} of its format, this release reads version ${VERSION}; run the release that wrote it`,
    )
  for (const { name } of listed)
    if (name.endsWith(SEGMENT_SUFFIX) && parseSegmentName(name) === null)
      throw new DirectoryFormatError(`${join(directory, name)} is not the name of a segment, and its records would be passed over; give it its name back, or move it elsewhere`)
  return 'known'
}

/** Makes the directory a segment log's. It must be `new`, and this process must own it. */
export const writeFormat = (files: FilePort, directory: string): Promise<void> =>
  replaceFile(files, join(directory, FORMAT_FILE), Buffer.from(`${JSON.stringify({ format: FORMAT, version: VERSION })}\n`))

const checkUnmarked = (directory: string, listed: readonly ListedFile[]): 'new' => {
  const found = listed.map(({ name }) => name).find((name) => !BEFORE_THE_FORMAT.has(name) && !name.startsWith(LOCKS))
  if (found === undefined) return 'new'
  if (parseSegmentName(found) === null)
    throw new DirectoryFormatError(`${directory} is no segment log: it holds ${JSON.stringify(found)} and no ${FORMAT_FILE}; name a directory that is empty or does not exist`)
  throw new DirectoryFormatError(
    `${directory} holds segments and no ${FORMAT_FILE}, which says how they are to be read; restore that file, or move the directory aside and its segments are not forwarded`,
  )
}

const parse = (path: string, bytes: Buffer): { readonly format?: unknown; readonly version?: unknown } => {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw new DirectoryFormatError(`${path} is damaged; restore it: {"format":${JSON.stringify(FORMAT)},"version":…}`)
}
