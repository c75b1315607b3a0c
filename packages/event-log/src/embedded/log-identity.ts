import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FilePort } from '@rollcall/segment-log/file-port'
import { readWholeFile, replaceFile } from '@rollcall/segment-log/whole-file'
import { z } from 'zod'

const FILE = 'log.json'
const VERSION = 1

const Topic = z.object({ partitions: z.int().positive(), cleanup: z.enum(['delete', 'compact']) })
const LogFile = z.object({ version: z.literal(VERSION), clusterId: z.uuid(), topics: z.record(z.string(), Topic) })

/** What an embedded log's directory says of itself: who it is, for ever, and which topics it has. */
export type LogIdentity = z.infer<typeof LogFile>

/** Reads it, or makes up a new one for an empty directory. */
export const readLogIdentity = async (files: FilePort, directory: string): Promise<LogIdentity> => {
  const bytes = await readWholeFile(files, join(directory, FILE))
  if (bytes !== null) return parse(bytes, join(directory, FILE))
  const identity: LogIdentity = { version: VERSION, clusterId: randomUUID(), topics: {} }
  await writeLogIdentity(files, directory, identity)
  return identity
}

export const writeLogIdentity = (files: FilePort, directory: string, identity: LogIdentity): Promise<void> =>
  replaceFile(files, join(directory, FILE), Buffer.from(`${JSON.stringify(identity, null, 2)}\n`))

const parse = (bytes: Buffer, path: string): LogIdentity => {
  try {
    return LogFile.parse(JSON.parse(bytes.toString()))
  } catch (cause) {
    throw new Error(`${path} does not describe an embedded log of version ${VERSION}; restore it from a backup, or name another directory`, { cause })
  }
}
