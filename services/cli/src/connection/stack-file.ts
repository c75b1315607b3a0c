import { join } from 'node:path'
import { type KeptFile, keptFile } from '@rollcall/local/kept-file'
import { z } from 'zod'

/** Where the servers of a running `rollcall start` are. It holds a database password, so only its owner may read it. */
export const StackFile = z.object({
  pid: z.int().positive(),
  /** The settings its services run with, by the names of environment variables. */
  settings: z.record(z.string(), z.string()),
})
export type StackFile = z.infer<typeof StackFile>

const OWNER_ONLY = 0o600

export const stackFilePath = (dataDirectory: string): string => join(dataDirectory, 'stack.json')

/** Written by `start` when the servers are up, removed when it stops. */
export const stackFile = (dataDirectory: string): KeptFile<StackFile> => keptFile(stackFilePath(dataDirectory), StackFile, OWNER_ONLY)
