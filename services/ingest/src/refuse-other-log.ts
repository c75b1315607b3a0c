import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isSpoolName } from './spool/leftover-spools.ts'
import { type LogIdentity, openLogMemory } from './spool/log-memory.ts'

/** Before anything goes to a log: none of the spools in the folder was forwarded to another one. Changes nothing. @throws SpoolOfAnotherLogError */
export const refuseOtherLog = async (spoolDirectory: string, log: LogIdentity): Promise<void> => {
  const names = await readdir(spoolDirectory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names.filter(isSpoolName)) await openLogMemory(join(spoolDirectory, name)).refuseOther(log)
}
